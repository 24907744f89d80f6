package dev.dovetail;

import dev.dovetail.tasks.Progress;

/** Counts images and cancels the run after some of them. */
class After implements Progress {

  private final int steps;

  /** The number of images of an earlier run whose results were kept. */
  int before = -1;

  /** The number of images of this run. */
  int done;

  After(int steps) {
    this.steps = steps;
  }

  static After never() {
    return new After(Integer.MAX_VALUE);
  }

  @Override
  public void start(int total, int earlier) {
    before = earlier;
  }

  @Override
  public void step() {
    done++;
  }

  @Override
  public boolean cancelled() {
    return done >= steps;
  }
}
