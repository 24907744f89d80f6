package dev.dovetail.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The metrics of an evaluation.
 *
 * @param values a tree of numbers by name in full precision, as fractions; null for an undefined
 *     value. COCO's metrics are below {@code bbox} and {@code segm}
 * @param lines the same metrics as text tables
 */
public record Metrics(Map<String, Object> values, List<String> lines) {

  public Metrics {
    lines = List.copyOf(lines);
  }

  /**
   * Returns a metric by its dotted name, such as {@code bbox.AP} or {@code mIoU}; NaN if it is
   * undefined.
   *
   * @throws IllegalArgumentException if there is no such metric
   */
  public double value(String name) {
    Object at = values;
    for (String part : name.split("\\.")) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(part)) {
        throw new IllegalArgumentException(
            "unknown metric '" + name + "', expected one of " + values.keySet());
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
