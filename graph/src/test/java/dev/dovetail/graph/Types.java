package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.Locale;

/** Types as tests write them. */
public final class Types {

  private Types() {}

  /** The type that {@code text} writes, such as {@code float32[2, ?]}. */
  public static TensorType type(String text) {
    int bracket = text.indexOf('[');
    String inside = text.substring(bracket + 1, text.length() - 1);
    int[] dims =
        Arrays.stream(inside.split(",\\s*"))
            .filter(d -> !d.isEmpty())
            .mapToInt(d -> d.equals("?") ? Shape.UNKNOWN : Integer.parseInt(d))
            .toArray();
    return TensorType.of(DType.valueOf(text.substring(0, bracket).toUpperCase(Locale.ROOT)), dims);
  }
}
