package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import java.util.List;

/**
 * The result of an evaluation.
 *
 * @param metrics the metrics; empty if results were not scored
 * @param images the number of images in the evaluation
 * @param warnings one line for each kind of problem in the annotations
 * @param timing lines that report where the time was spent
 * @param json everything at full precision, as written to {@code metrics.json}
 */
public record EvaluationReport(
    Metrics metrics, int images, List<String> warnings, List<String> timing, String json) {

  /** The schema name in the JSON of an evaluation and of {@code dovetail score}. */
  public static final String SCHEMA = "dovetail-scores-1";

  public EvaluationReport {
    warnings = List.copyOf(warnings);
    timing = List.copyOf(timing);
  }

  /** Returns a metric by its dotted name, such as {@code bbox.AP} or {@code mIoU}. */
  public double value(String name) {
    return metrics.value(name);
  }
}
