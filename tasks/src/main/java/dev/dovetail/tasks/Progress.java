package dev.dovetail.tasks;

/** A listener for the progress of a run over images. */
public interface Progress {

  /** A listener that ignores all events. */
  Progress SILENT = new Progress() {};

  /**
   * Called at the start with the number of images and the number of those completed by an earlier
   * run.
   */
  default void start(int total, int before) {}

  /** Called when another image is completed. */
  default void step() {}

  /** Returns whether the run should stop early; called between images. */
  default boolean cancelled() {
    return false;
  }

  /** Called with a message for the user. */
  default void say(String line) {}
}
