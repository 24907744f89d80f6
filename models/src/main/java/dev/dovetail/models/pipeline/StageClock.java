package dev.dovetail.models.pipeline;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
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

  /** Runs {@code work} and adds its time to a stage. */
  public <T> T time(Stage stage, Callable<T> work) throws Exception {
    long start = System.nanoTime();
    try {
      return work.call();
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
