package dev.dovetail.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures the time of each stage of a run. Stages overlap, so their sum may exceed the elapsed
 * time.
 */
public final class StageClock {

  /** A stage of a run. */
  public enum Stage {
    /** Reading, decoding and resizing images, on worker threads. */
    DECODE,
    /** Waiting for a plan to be compiled. */
    WAIT,
    /** ONNX Runtime. */
    INFERENCE,
    /** Pasting masks, run-length encoding and writing label maps, on worker threads. */
    FINISH,
    /** Comparing with annotations. */
    SCORE;

    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Map<Stage, LongAdder> nanos = new EnumMap<>(Stage.class);

  public StageClock() {
    for (Stage s : Stage.values()) {
      nanos.put(s, new LongAdder());
    }
  }

  /** A timed task. */
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Runs {@code work} and adds its duration to a stage. */
  public <T, E extends Exception> T time(Stage stage, Work<T, E> work) throws E {
    long start = System.nanoTime();
    try {
      return work.run();
    } finally {
      add(stage, System.nanoTime() - start);
    }
  }

  public void add(Stage stage, long time) {
    nanos.get(stage).add(time);
  }

  /** Returns the seconds spent in each stage. */
  public Map<Stage, Double> seconds() {
    Map<Stage, Double> seconds = new EnumMap<>(Stage.class);
    nanos.forEach((stage, n) -> seconds.put(stage, n.sum() * 1e-9));
    return seconds;
  }
}
