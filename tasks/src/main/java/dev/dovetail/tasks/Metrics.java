package dev.dovetail.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The numbers of an evaluation.
 *
 * @param values a tree of numbers by name, with every digit; fractions, null where there is no
 *     value. COCO's are below {@code bbox} and {@code segm}
 * @param lines the same as tables to read
 */
public record Metrics(Map<String, Object> values, List<String> lines) {

  public Metrics {
    lines = List.copyOf(lines);
  }

  /**
   * A number by its dotted name, such as {@code bbox.AP} or {@code mIoU}; NaN where it has no
   * value.
   *
   * @throws IllegalArgumentException if there is no such number
   */
  public double value(String name) {
    Object at = values;
    for (String part : name.split("\\.")) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(part)) {
        throw new IllegalArgumentException(
            "there is no metric '" + name + "'; there are " + values.keySet());
      }
      at = map.get(part);
    }
    if (at instanceof Map<?, ?> map) {
      throw new IllegalArgumentException(
          "'" + name + "' is a group of metrics: " + Arrays.toString(map.keySet().toArray()));
    }
    return at == null ? Double.NaN : ((Number) at).doubleValue();
  }
}
