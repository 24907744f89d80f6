package dev.dovetail.internal;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Adds up the time that each stage of a run takes. Stages overlap, so their sum may exceed the time
 * on the wall.
 */
public final class StageClock {

  /** What a run spends time on. */
  public enum Stage {
    /** Reading, decoding and resizing images, on worker threads. */
    DECODE,
    /** Waiting for a plan that is not compiled yet. */
    WAIT,
    /** ONNX Runtime. */
    INFERENCE,
    /** Pasting masks, run-length coding, writing label maps, on worker threads. */
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

  /** What takes time. */
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** Runs {@code work} and adds its time to a stage. */
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

  /** Seconds of every stage. */
  public Map<Stage, Double> seconds() {
    Map<Stage, Double> seconds = new EnumMap<>(Stage.class);
    nanos.forEach((stage, n) -> seconds.put(stage, n.sum() * 1e-9));
    return seconds;
  }
}
