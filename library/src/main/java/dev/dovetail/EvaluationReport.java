package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import java.util.List;

/**
 * What an evaluation gave.
 *
 * @param metrics empty if results were not scored
 * @param images how many the run was about
 * @param warnings a line for each kind of oddity in the annotations
 * @param timing lines about the time that the run took
 * @param json all of it with every digit, as {@code metrics.json} holds it
 */
public record EvaluationReport(
    Metrics metrics, int images, List<String> warnings, List<String> timing, String json) {

  /** The form of the JSON that an evaluation and {@code dovetail score} give. */
  public static final String SCHEMA = "dovetail-scores-1";

  public EvaluationReport {
    warnings = List.copyOf(warnings);
    timing = List.copyOf(timing);
  }

  /** A number by its dotted name, such as {@code bbox.AP} or {@code mIoU}. */
  public double value(String name) {
    return metrics.value(name);
  }
}
