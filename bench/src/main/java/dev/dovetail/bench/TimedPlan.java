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
 * One side of a comparison: a graph with the input {@code image} and random weights, and its
 * minimum time. With one thread this is CPU time, which other programs hardly affect. Otherwise it
 * is elapsed time.
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

  /** Compiles a plan with initial weights, which are the same in each run. */
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

  /** Returns the nanoseconds of the fastest run. */
  long least() {
    return least;
  }

  @Override
  public void close() {
    plan.close();
  }
}
