package dev.dovetail.weights;

import java.util.regex.Pattern;

/**
 * Tensors that a checkpoint may hold and the model knows it has no use for.
 *
 * @param pattern that the whole name matches
 * @param reason for the report, such as "counts training steps"
 */
public record Unused(Pattern pattern, String reason) {

  /**
   * @param pattern a regular expression for the whole name
   * @param reason for the report, such as "counts training steps"
   * @return keys that the model does not use
   */
  public static Unused of(String pattern, String reason) {
    return new Unused(Pattern.compile(pattern), reason);
  }
}
