package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.util.Map;

/** Is notified of the progress of training. All methods are called on the training thread. */
public interface TrainingListener {

  /** Ignores all notifications. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * A step of the optimizer.
   *
   * @param iteration the number of finished steps, including this one
   * @param iterations the total number of steps
   * @param losses the loss terms by name, and their sum as {@code loss}
   * @param rate the learning rate of parameter groups without a multiplier
   * @param gradientNorm the L2 norm of all gradients before clipping
   * @param seconds the duration of the step, including the wait for its images
   * @param waited the part of {@code seconds} spent waiting for images
   */
  record Step(
      long iteration,
      long iterations,
      Map<String, Double> losses,
      double rate,
      double gradientNorm,
      double seconds,
      double waited) {}

  /** Training starts, or resumes after {@code done} of {@code iterations} steps. */
  default void started(long done, long iterations) {}

  /** A step is finished. */
  default void stepped(Step step) {}

  /**
   * An evaluation starts.
   *
   * @param iteration the number of finished steps
   * @return the progress listener of the evaluation. If it cancels the evaluation, {@link
   *     Dovetail#train} throws {@link java.io.InterruptedIOException}; the training state is saved
   *     before
   */
  default Progress evaluating(long iteration) {
    return Progress.SILENT;
  }

  /**
   * An evaluation is finished.
   *
   * @param iteration the number of finished steps
   * @param metrics the metrics on the validation set
   * @param best whether this is the best evaluation so far
   */
  default void evaluated(long iteration, Metrics metrics, boolean best) {}

  /**
   * Returns whether to stop training. Called between steps. The state is saved before training
   * stops.
   */
  default boolean cancelled() {
    return false;
  }

  /** Receives a note for the user, such as a warning about the data. */
  default void say(String line) {}
}
