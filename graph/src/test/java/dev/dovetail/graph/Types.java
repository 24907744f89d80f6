package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.Locale;

/** Types in the notation of the tests. */
public final class Types {

  private Types() {}

  /** Parses a type such as {@code float32[2, ?]}. */
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
