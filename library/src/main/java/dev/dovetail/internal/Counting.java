package dev.dovetail.internal;

import dev.dovetail.tasks.Progress;

/** Forwards progress, and records the number of images that an earlier run finished. */
final class Counting implements Progress {

  private final Progress listener;
  private int before;

  Counting(Progress listener) {
    this.listener = listener;
  }

  int before() {
    return before;
  }

  @Override
  public void start(int total, int done) {
    before = done;
    listener.start(total, done);
  }

  @Override
  public void step() {
    listener.step();
  }

  @Override
  public boolean cancelled() {
    return listener.cancelled();
  }

  @Override
  public void say(String line) {
    listener.say(line);
  }
}
