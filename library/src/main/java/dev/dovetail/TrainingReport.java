package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The result of a training run.
 *
 * @param iterations the number of finished steps, including those before the run was resumed
 * @param finished whether all steps are finished; false if the run was stopped early
 * @param last the checkpoint of the last step
 * @param best the checkpoint with the best evaluation; empty if there was no evaluation
 * @param page the HTML report with curves of losses and metrics
 */
public record TrainingReport(
    long iterations, boolean finished, Path last, Optional<Best> best, Path page) {

  /**
   * The best evaluation.
   *
   * @param checkpoint the checkpoint that was evaluated
   * @param iteration the number of steps before the evaluation
   * @param metrics the metrics on the validation set
   */
  public record Best(Path checkpoint, long iteration, Metrics metrics) {}
}
