package dev.dovetail.cli.console;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The main metric of each kind of evaluation. */
public enum MainMetric {
  BOXES("bbox AP", List.of("bbox", "AP")),
  MASKS("segm AP", List.of("segm", "AP")),
  PANOPTIC("PQ", List.of("all", "PQ")),
  SEMANTIC("mIoU", List.of("mIoU")),
  CLASSES("top-1", List.of("top1"));

  /** The AP of COCO's evaluation without ground truth. */
  private static final double NONE = -1;

  private final String label;
  private final List<String> path;

  MainMetric(String label, List<String> path) {
    this.label = label;
    this.path = path;
  }

  /** Returns the display name. */
  public String label() {
    return label;
  }

  /** Returns the metric in percent with its name, if the tree of metrics contains it. */
  Optional<String> of(Map<String, Object> values) {
    return fraction(values)
        .map(
            value ->
                label
                    + " "
                    + (value.isNaN() ? "–" : String.format(Locale.ROOT, "%.1f%%", 100 * value)));
  }

  /**
   * Returns the metric as a fraction, if the tree of metrics contains it; NaN if its value is
   * undefined.
   */
  public Optional<Double> fraction(Map<String, Object> values) {
    Object at = values;
    for (String part : path) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(part)) {
        return Optional.empty();
      }
      at = map.get(part);
    }
    double value = at instanceof Number number ? number.doubleValue() : Double.NaN;
    return Optional.of(value == NONE ? Double.NaN : value);
  }
}
