package dev.dovetail.bench;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One side of a comparison: a graph with the input {@code image} and random weights, and the least
 * time that it took. With one thread that is the processor's time, which other programs disturb
 * little, else the clock's.
 */
final class TimedPlan implements AutoCloseable {

  private final Plan plan;
  private final Map<String, TensorData> input;
  private final boolean oneThread;
  private long least = Long.MAX_VALUE;

  private TimedPlan(Plan plan, Map<String, TensorData> input, boolean oneThread) {
    this.plan = plan;
    this.input = input;
    this.oneThread = oneThread;
  }

  /** With the initial values of the weights, the same at every start. */
  static TimedPlan of(Graph graph, Settings settings) throws IOException {
    return of(graph, WeightBinding.of(Map.of(), DerivedFiles.standard()), settings);
  }

  static TimedPlan of(Graph graph, WeightBinding weights, Settings settings) throws IOException {
    Shape shape = graph.inputs().get("image").shape();
    float[] pixels = new float[Math.toIntExact(shape.elements())];
    SplittableRandom random = new SplittableRandom(shape.elements());
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return new TimedPlan(
        Plan.compile(graph, weights, settings),
        Map.of("image", TensorData.of(pixels, shape.dims())),
        settings.threads() == 1);
  }

  Map<String, TensorData> run() throws IOException {
    long start = time();
    Map<String, TensorData> outputs = plan.run(input);
    least = Math.min(least, time() - start);
    return outputs;
  }

  private long time() {
    return oneThread
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** Nanoseconds of the fastest run. */
  long least() {
    return least;
  }

  @Override
  public void close() {
    plan.close();
  }
}
