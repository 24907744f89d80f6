package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.util.Map;

/** Is notified of the progress of a training. All methods are called on the training's thread. */
public interface TrainingListener {

  /** Ignores all notifications. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * One step of the optimizer.
   *
   * @param iteration how many have been done, this one included
   * @param iterations how many there will be
   * @param losses the terms by name, and their sum as {@code loss}
   * @param rate the learning rate of the groups that are not scaled
   * @param gradientNorm the Euclidean norm of all gradients before they are clipped
   * @param seconds the time of the step, including the wait for its images
   * @param waited the part of {@code seconds} in which the step waited for its images
   */
  record Step(
      long iteration,
      long iterations,
      Map<String, Double> losses,
      double rate,
      double gradientNorm,
      double seconds,
      double waited) {}

  /** The training begins, or resumes after {@code done} of {@code iterations} steps. */
  default void started(long done, long iterations) {}

  /** A step is done. */
  default void stepped(Step step) {}

  /**
   * An evaluation begins.
   *
   * @param iteration how many steps have been done
   * @return what is notified of the progress of the evaluation, and may cancel it: {@link
   *     Dovetail#train} then throws an {@link java.io.InterruptedIOException}, and the state was
   *     saved before
   */
  default Progress evaluating(long iteration) {
    return Progress.SILENT;
  }

  /**
   * An evaluation is done.
   *
   * @param iteration how many steps have been done
   * @param metrics of the validation set
   * @param best whether no earlier evaluation was as good
   */
  default void evaluated(long iteration, Metrics metrics, boolean best) {}

  /** Whether the training should stop. Asked between steps; the state is saved before it stops. */
  default boolean cancelled() {
    return false;
  }

  /** A note for the user, such as a warning about the data. */
  default void say(String line) {}
}
