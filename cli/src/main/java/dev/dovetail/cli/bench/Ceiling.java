package dev.dovetail.cli.bench;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.RepeatedRun;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Products of large square matrices, an estimate of the device's peak throughput. The matrices are
 * created in the graph, so that no large data is copied to or from the device.
 */
final class Ceiling implements AutoCloseable {

  private static final int WARMUP = 2;

  /** With at most this many threads, smaller matrices are large enough to keep all threads busy. */
  private static final int FEW_THREADS = 8;

  private final int extent;
  private final int products;
  private final Plan plan;
  private final RepeatedRun run;

  private Ceiling(int extent, int products, Plan plan, RepeatedRun run) {
    this.extent = extent;
    this.products = products;
    this.plan = plan;
    this.run = run;
  }

  /**
   * Prepares the products on a device, and runs them a few times. For int8, the products are
   * computed in float32.
   *
   * @throws IOException if the device is not available
   */
  static Ceiling of(Settings settings) throws IOException {
    boolean gpu = settings.device() instanceof Device.Cuda;
    int threads =
        settings.threads() == 0 ? Runtime.getRuntime().availableProcessors() : settings.threads();
    int extent = gpu ? 4096 : threads <= FEW_THREADS ? 1024 : 2048;
    int products = gpu ? 8 : 1;
    Settings exact =
        settings.precision() == Precision.INT8
            ? Settings.on(settings.device(), Precision.FP32).threads(settings.threads())
            : settings;
    Plan plan = Plan.compile(graph(extent, products), ParameterStore.none(), exact);
    try {
      RepeatedRun run = plan.repeat(Map.of("column", TensorData.of(uniform(extent, 1), extent, 1)));
      Ceiling ceiling = new Ceiling(extent, products, plan, run);
      for (int i = 0; i < WARMUP; i++) {
        ceiling.milliseconds();
      }
      return ceiling;
    } catch (IOException | RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private static Graph graph(int extent, int products) {
    Trace trace = new Trace();
    Tensor column = trace.input("column", DType.FLOAT32, extent, 1);
    Tensor row = trace.constant(TensorData.of(uniform(extent, 1), 1, extent));
    // This scale keeps the products in the range of their factors.
    float[] values = uniform(extent * extent, Math.sqrt(3.0 / extent));
    Tensor matrix = trace.constant(TensorData.of(values, extent, extent));
    Tensor product = column.times(row);
    for (int i = 0; i < products; i++) {
      product = product.matmul(matrix);
    }
    return trace.graph(Map.of("largest", product.max(1, false)));
  }

  private static float[] uniform(int count, double reach) {
    SplittableRandom random = new SplittableRandom(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * reach);
    }
    return values;
  }

  double milliseconds() throws IOException {
    return run.nanoseconds() * 1e-6;
  }

  /** Returns the height and width of the matrices. */
  int extent() {
    return extent;
  }

  /** Returns the floating-point operations of one run; a multiply-accumulate counts as two. */
  double operations() {
    return 2.0 * products * extent * extent * extent;
  }

  @Override
  public void close() {
    run.close();
    plan.close();
  }
}
