package dev.dovetail.cli.bench;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.tasks.Progress;
import java.util.function.BooleanSupplier;

/** Console progress of a run that the user can stop. */
record StoppableProgress(ConsoleProgress console, BooleanSupplier stop) implements Progress {

  @Override
  public void start(int total, int before) {
    console.start(total, before);
  }

  @Override
  public void step() {
    console.step();
  }

  @Override
  public boolean cancelled() {
    return stop.getAsBoolean();
  }

  @Override
  public void say(String line) {
    console.say(line);
  }
}
