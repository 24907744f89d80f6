package dev.dovetail.internal;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Measures the time of each stage of a run. Stages overlap, so their sum may exceed the elapsed
 * time. Thread-safe.
 */
public final class StageClock {

  /** A stage of a run. */
  public enum Stage {
    /** Reading, decoding and resizing images, on worker threads. */
    DECODE(false),
    /** Waiting for a plan to be compiled. */
    WAIT(true),
    /** Running plans, including the copies to and from the device. */
    INFERENCE(true),
    /** Pasting masks, run-length encoding and writing label maps, on worker threads. */
    FINISH(false),
    /** Comparing with annotations. */
    SCORE(false);

    /** Whether time that several threads spend in the stage at once counts once. */
    private final boolean shared;

    Stage(boolean shared) {
      this.shared = shared;
    }

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The threads in a stage, and the time they have spent there. */
  private final class Timer {

    private final boolean shared;
    private boolean started;
    private int inside;
    private long since;
    private long busy;
    private long idle;

    Timer(boolean shared) {
      this.shared = shared;
    }

    synchronized void enter() {
      advance();
      started = true;
      inside++;
    }

    synchronized void leave() {
      advance();
      inside--;
    }

    /** Adds the time since the number of threads in the stage last changed. */
    private void advance() {
      long now = nanoTime.getAsLong();
      if (inside > 0) {
        busy += (now - since) * (shared ? 1 : inside);
      } else if (started) {
        idle += now - since;
      }
      since = now;
    }

    synchronized void pause() {
      started = false;
    }

    synchronized double seconds() {
      return busy * 1e-9;
    }

    synchronized double idleShare() {
      return busy + idle == 0 ? 0 : (double) idle / (busy + idle);
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

  public StageClock() {
    this(System::nanoTime);
  }

  StageClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Stage stage : Stage.values()) {
      timers.put(stage, new Timer(stage.shared));
    }
  }

  /** A timed task. */
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Runs {@code work} and adds its duration to a stage. */
  public <T, E extends Exception> T time(Stage stage, Work<T, E> work) throws E {
    Timer timer = timers.get(stage);
    timer.enter();
    try {
      return work.run();
    } finally {
      timer.leave();
    }
  }

  /** Ends a run. The time until the next one is not waiting time of the model. */
  void endRun() {
    timers.get(Stage.INFERENCE).pause();
  }

  /** Returns the seconds spent in each stage. */
  public Map<Stage, Double> seconds() {
    Map<Stage, Double> seconds = new EnumMap<>(Stage.class);
    timers.forEach((stage, timer) -> seconds.put(stage, timer.seconds()));
    return seconds;
  }

  /**
   * Returns the share of the time between the first and the last pass of each run in which the
   * model waited: no plan was running. It is 0 if there was no pass.
   */
  public double shareWaited() {
    return timers.get(Stage.INFERENCE).idleShare();
  }

  /** Returns {@link #shareWaited} as a sentence. */
  public String waiting() {
    return String.format(
        Locale.ROOT,
        "The model waited %.1f%% of the time between its first and its last pass.",
        100 * shareWaited());
  }
}
