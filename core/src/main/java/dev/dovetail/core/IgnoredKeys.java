package dev.dovetail.core;

import java.util.regex.Pattern;

/**
 * Keys that a checkpoint may contain although the model does not use them.
 *
 * @param keys a pattern that matches whole dotted names
 * @param reason why the model does not use them, for the report, such as "counts training steps"
 */
public record IgnoredKeys(Pattern keys, String reason) {

  /**
   * {@return whether a checkpoint's key is ignored}
   *
   * @param key the whole dotted name
   */
  public boolean matches(String key) {
    return keys.matcher(key).matches();
  }
}
