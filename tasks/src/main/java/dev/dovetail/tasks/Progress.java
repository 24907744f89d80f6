package dev.dovetail.tasks;

/** Is told how far a run over images is. */
public interface Progress {

  /** Tells nobody. */
  Progress SILENT = new Progress() {};

  /** {@code total} images are to be done, {@code before} of them were done by an earlier run. */
  default void start(int total, int before) {}

  /** One more image is done. */
  default void step() {}

  /** Whether the run should end early; asked between images. */
  default boolean cancelled() {
    return false;
  }

  /** Something that the user should read. */
  default void say(String line) {}
}
