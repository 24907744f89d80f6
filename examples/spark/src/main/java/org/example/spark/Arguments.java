package org.example.spark;

import java.util.LinkedHashMap;
import java.util.Map;

/** Arguments of the form {@code --name value}. */
record Arguments(Map<String, String> values) {

  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("images", null);
    DEFAULTS.put("model", null);
    DEFAULTS.put("out", null);
    DEFAULTS.put("weights", "");
    DEFAULTS.put("device", "cpu");
    DEFAULTS.put("batch", "1");
    DEFAULTS.put("tasks", "8");
    DEFAULTS.put("slice", "10000");
    DEFAULTS.put("annotations", "");
    DEFAULTS.put("type", "bbox");
    DEFAULTS.put("reduce-zero", "false");
    DEFAULTS.put("missing-allowed", "false");
  }

  /**
   * Parses arguments.
   *
   * @throws IllegalArgumentException if an option is unknown or has no value, or if a required
   *     option is missing
   */
  static Arguments parse(String... args) {
    Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].replaceFirst("^--", "");
      if (!args[i].startsWith("--") || !DEFAULTS.containsKey(name) || i + 1 == args.length) {
        throw new IllegalArgumentException(
            "'" + args[i] + "' is not an option with a value; the options are --"
                + String.join(", --", DEFAULTS.keySet()));
      }
      values.put(name, args[i + 1]);
    }
    values.forEach(
        (name, value) -> {
          if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
          }
        });
    return new Arguments(values);
  }

  String text(String name) {
    return values.get(name);
  }

  /**
   * Returns the value of an option as a number.
   *
   * @throws IllegalArgumentException if the value is not a positive integer
   */
  int number(String name) {
    if (!values.get(name).matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "--" + name + " is '" + values.get(name) + "'; expected a positive integer");
    }
    return Integer.parseInt(values.get(name));
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(values.get(name));
  }
}
