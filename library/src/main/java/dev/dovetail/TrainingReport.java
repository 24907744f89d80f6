package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The result of a training.
 *
 * @param iterations how many steps have been done, including those before it was resumed
 * @param finished whether all steps have been done; false if it was cancelled
 * @param last the checkpoint of the last step
 * @param best the checkpoint with the best evaluation; empty if nothing was evaluated
 * @param page the report: curves of losses and metrics
 */
public record TrainingReport(
    long iterations, boolean finished, Path last, Optional<Best> best, Path page) {

  /**
   * The best evaluation.
   *
   * @param checkpoint the checkpoint that was evaluated
   * @param iteration after how many steps
   * @param metrics of the validation set
   */
  public record Best(Path checkpoint, long iteration, Metrics metrics) {}
}
