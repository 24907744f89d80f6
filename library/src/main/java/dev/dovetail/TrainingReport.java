package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a training came to.
 *
 * @param iterations how many steps have been done, those of earlier runs included
 * @param finished whether these are all; false if it was cancelled
 * @param last the checkpoint of the last step
 * @param best the checkpoint with the best evaluation, if there was one
 * @param page the report: curves of losses and metrics
 */
public record TrainingReport(
    long iterations, boolean finished, Path last, Optional<Best> best, Path page) {

  /**
   * The best evaluation.
   *
   * @param checkpoint the checkpoint that was evaluated
   * @param iteration after how many steps
   * @param metrics what it gave
   */
  public record Best(Path checkpoint, long iteration, Metrics metrics) {}
}
