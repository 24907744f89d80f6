package dev.dovetail;

import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.Progress;
import java.util.Map;

/** Hears how far a training is. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * One step of the optimizer.
   *
   * @param iteration how many have been done, this one included
   * @param iterations how many there will be
   * @param losses the terms by name, and their sum as {@code loss}
   * @param rate the learning rate of the groups that are not scaled
   * @param gradientNorm the length of all gradients before they are clipped
   * @param seconds the time of the step, the wait for its images included
   * @param waited how long it waited for its images
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

  /** An evaluation begins. {@return who hears how far it is} */
  default Progress evaluating(long iteration) {
    return Progress.SILENT;
  }

  /** An evaluation is done; {@code best} if no earlier one was better. */
  default void evaluated(long iteration, Metrics metrics, boolean best) {}

  /** Whether the training should stop; asked between steps. The state is saved before it does. */
  default boolean cancelled() {
    return false;
  }

  /** Something that the user should read. */
  default void say(String line) {}
}
