package dev.dovetail.cuda;

import dev.dovetail.cuda.driver.CudaDevice;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engines;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.cuda.global.cudart;

/** Compiles plans like users, on every GPU and in several threads, and opens and closes many. */
final class PlanChecks {

  private static final int THREADS = 4;

  /** The runs of each thread with one plan. */
  private static final int RUNS = 100;

  /** The runs of each plan that is opened. The last ones are replays. */
  private static final int RUNS_PER_PLAN = 5;

  private final GpuCheck check;
  private final FusedCases.Case work = FusedCases.block(2, 500, 768, true);
  private final Map<String, TensorData> inputs = FusedCases.inputs(work.graph());

  PlanChecks(GpuCheck check) {
    this.check = check;
  }

  /**
   * Prints how results differ between threads and GPUs, then free memory and loaded kernels while
   * plans are opened, run and closed in several threads.
   *
   * @param plans the number of plans per GPU
   */
  void run(int plans) throws Exception {
    int[] devices = new int[1];
    DeviceMemory.check(cudart.cudaGetDeviceCount(devices));
    Map<String, TensorData> expected = Map.of();
    for (int i = 0; i < devices[0]; i++) {
      Device gpu = new Device.Cuda(i);
      check.line("\"device\": %d, \"engine\": \"%s\"", i, Engines.choice(gpu).orElse("none"));
      Map<String, TensorData> found = inThreads(gpu);
      if (!expected.isEmpty()) {
        check.line(
            "\"device\": %d, \"difference_to_device_0\": %.3g", i, GpuCheck.error(expected, found));
      }
      expected = expected.isEmpty() ? found : expected;
    }
    openAndClose(devices[0], plans, expected);
  }

  private Plan compile(Device gpu) throws Exception {
    return Plan.compile(work.graph(), check.weights(), Settings.on(gpu, Precision.FP16));
  }

  /** Returns the results of one plan after comparing those of several threads with them. */
  private Map<String, TensorData> inThreads(Device gpu) throws Exception {
    try (Plan plan = compile(gpu)) {
      Map<String, TensorData> expected = plan.run(inputs);
      for (int k = 0; k < RUNS; k++) {
        plan.run(inputs);
      }
      long start = System.nanoTime();
      for (int k = 0; k < RUNS; k++) {
        plan.run(inputs);
      }
      double alone = (System.nanoTime() - start) * 1e-6 / RUNS;
      start = System.nanoTime();
      double most =
          most(
              () -> {
                double error = 0;
                for (int k = 0; k < RUNS; k++) {
                  error = Math.max(error, GpuCheck.error(expected, plan.run(inputs)));
                }
                return error;
              });
      check.line(
          "\"device\": \"%s\", \"threads\": %d, \"runs\": %d, \"error\": %.3g, \"ms_alone\": %.3f,"
              + " \"ms_beside_others\": %.3f",
          gpu,
          THREADS,
          THREADS * RUNS,
          most,
          alone,
          (System.nanoTime() - start) * 1e-6 / (THREADS * RUNS));
      return expected;
    }
  }

  private interface Work {
    double run() throws Exception;
  }

  /** Returns the largest result of a task that all threads run. */
  private static double most(Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Double>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(threads.submit(work::run));
      }
      double most = 0;
      for (Future<Double> f : all) {
        most = Math.max(most, f.get());
      }
      return most;
    } finally {
      threads.shutdownNow();
    }
  }

  private void openAndClose(int devices, int plans, Map<String, TensorData> expected)
      throws Exception {
    report(0, devices, 0);
    int step = Math.max(1, Math.min(100, plans));
    for (int done = 0; done < plans && !check.late(); done += step) {
      int count = Math.min(step, plans - done);
      AtomicInteger next = new AtomicInteger();
      double error =
          most(
              () -> {
                double most = 0;
                int i;
                while ((i = next.getAndIncrement()) < count * devices) {
                  try (Plan plan = compile(new Device.Cuda(i % devices))) {
                    for (int k = 0; k < RUNS_PER_PLAN; k++) {
                      most = Math.max(most, GpuCheck.error(expected, plan.run(inputs)));
                    }
                  }
                }
                return most;
              });
      report(done + count, devices, error);
    }
  }

  private void report(int plans, int devices, double error) throws Exception {
    System.gc();
    for (int i = 0; i < devices; i++) {
      CudaDevice.of(i); // makes it current
      check.line(
          "\"device\": %d, \"plans\": %d, \"error\": %.3g, \"free_mb\": %d, \"rss_mb\": %d,"
              + " \"live_kernels\": %d",
          i, plans, error, DeviceMemory.free() >> 20, rss(), CustomOps.live());
    }
  }

  private static long rss() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElse(-1);
  }
}
