package dev.dovetail.cli.console;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The main metric of each kind of evaluation. */
enum MainMetric {
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

  /** The number in percent with its name, if a tree of metrics has it. */
  Optional<String> of(Map<String, Object> values) {
    Object at = values;
    for (String part : path) {
      if (!(at instanceof Map<?, ?> map) || !map.containsKey(part)) {
        return Optional.empty();
      }
      at = map.get(part);
    }
    double value = at instanceof Number number ? number.doubleValue() : Double.NaN;
    boolean none = Double.isNaN(value) || value == NONE;
    return Optional.of(
        label + " " + (none ? "–" : String.format(Locale.ROOT, "%.1f%%", 100 * value)));
  }
}
