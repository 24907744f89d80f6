package dev.dovetail.bench.micro;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Counts pixels into a confusion matrix of 150 classes, in pixels per microsecond. The baseline is
 * a plain sum of the bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ConfusionBenchmark {

  private static final int CLASSES = 150;
  private static final int HEIGHT = 512;
  private static final int WIDTH = 683;
  private static final int PIXELS = HEIGHT * WIDTH;

  /**
   * The side of the squares with the same label; 1 is noise, which does not occur in label maps.
   */
  @Param({"1", "8", "64"})
  public int patch;

  private LabelMap.Bytes label;
  private LabelMap.Bytes prediction;

  /** One matrix per thread, as in scoring of files: {@code -t max} measures all processors. */
  @State(Scope.Thread)
  public static class Counts {
    private final SemanticEvaluator evaluator =
        new SemanticEvaluator(CLASSES, new LabelMapping(255, false, Map.of()));
  }

  @Setup
  public void make() {
    Random random = new Random(150);
    label = map(random);
    prediction = map(random);
  }

  private LabelMap.Bytes map(Random random) {
    int columns = WIDTH / patch + 1;
    byte[] patches = new byte[columns * (HEIGHT / patch + 1)];
    for (int i = 0; i < patches.length; i++) {
      patches[i] = (byte) random.nextInt(CLASSES);
    }
    byte[] labels = new byte[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      labels[i] = patches[i / WIDTH / patch * columns + i % WIDTH / patch];
    }
    return new LabelMap.Bytes(new Size(HEIGHT, WIDTH), labels);
  }

  /** Counts one pair of maps. */
  @Benchmark
  @OperationsPerInvocation(PIXELS)
  public SemanticEvaluator matrix(Counts counts) {
    counts.evaluator.accumulate(label, prediction);
    return counts.evaluator;
  }

  /** The baseline: the cost of reading the same bytes. */
  @Benchmark
  @OperationsPerInvocation(PIXELS)
  public int plainSum() {
    byte[] labels = label.labels();
    byte[] predictions = prediction.labels();
    int sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += labels[i] + predictions[i];
    }
    return sum;
  }
}
