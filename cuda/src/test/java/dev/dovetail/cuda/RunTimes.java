package dev.dovetail.cuda;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Engine;
import dev.dovetail.runtime.PlanException;
import dev.dovetail.runtime.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Measures whole runs, from the memory of the caller to results there, with each kind of runs. */
final class RunTimes {

  private static final int THREADS = 2;
  private static final long NANOSECONDS = 2_000_000_000L;

  private final GpuCheck check;

  RunTimes(GpuCheck check) {
    this.check = check;
  }

  /**
   * Prints a line for each model and each kind of runs. {@code ms} is the median of runs in one
   * thread, {@code ms_2_threads} the time per run if two threads run at once, and {@code
   * ms_on_device} that of runs with inputs and outputs in GPU memory. {@code waiting} is the share
   * of the time in which the GPU waits while two threads run: 1 - ms_on_device / ms_2_threads.
   * {@code difference} is to the results of the first kind.
   */
  void print(List<String> models) {
    for (String name : models) {
      Map<String, TensorData> expected = Map.of();
      for (CudaOptions.Runs runs : CudaOptions.Runs.values()) {
        if (check.late()) {
          return;
        }
        try {
          Map<String, TensorData> found = measure(name, runs, expected);
          expected = expected.isEmpty() ? found : expected;
        } catch (Exception e) {
          check.failed(name + " " + runs, e);
        }
      }
    }
  }

  private Map<String, TensorData> measure(
      String name, CudaOptions.Runs runs, Map<String, TensorData> expected) throws Exception {
    Graph graph = BenchModels.graph(name, check.configs());
    Map<String, TensorData> inputs = BenchModels.inputs(graph);
    try (Sessions.Compiled compiled =
        Sessions.compile(
            graph,
            check.weights(),
            Settings.on(GpuCheck.GPU, Precision.FP16),
            CudaOptions.on(check.device(), runs))) {
      NativeSession session = compiled.session();
      for (int i = 0; i < 5; i++) {
        session.run(inputs);
      }
      double[] times = GpuCheck.times(new Whole(session, inputs));
      double together = together(session, inputs);
      double device = -1;
      boolean replayed = false;
      if (runs != CudaOptions.Runs.PAGEABLE) {
        try (ResidentRuns.Repeated bound = (ResidentRuns.Repeated) session.repeat(inputs)) {
          for (int i = 0; i < 5; i++) {
            bound.run();
          }
          double[] alone = GpuCheck.times(bound);
          device = alone[alone.length / 2];
          replayed = bound.isRecorded();
        }
      }
      Map<String, TensorData> found = session.run(inputs);
      check.line(
          "\"runs\": \"%s\", \"model\": \"%s\", \"replayed\": %b, \"ms\": %.3f, \"min_ms\": %.3f,"
              + " \"ms_2_threads\": %.3f, \"ms_on_device\": %.3f, \"waiting\": %.2f,"
              + " \"difference\": %.3g",
          runs,
          name,
          replayed,
          times[times.length / 2],
          times[0],
          together,
          device,
          device < 0 ? -1 : 1 - device / together,
          difference(expected, found));
      return found;
    }
  }

  /** Returns the largest relative error of floats, or 1 if other outputs differ. */
  private static double difference(
      Map<String, TensorData> expected, Map<String, TensorData> found) {
    return expected.entrySet().stream()
        .mapToDouble(
            e -> {
              TensorData other = found.get(e.getKey());
              return e.getValue().type().dtype().isFloat()
                  ? FusedCases.error(e.getValue(), other)
                  : e.getValue().bytes().equals(other.bytes()) ? 0 : 1;
            })
        .max()
        .orElse(-1);
  }

  /** A run with copies. */
  private record Whole(NativeSession session, Map<String, TensorData> inputs)
      implements Engine.Repeated {
    @Override
    public void run() throws PlanException {
      session.run(inputs);
    }

    @Override
    public void close() {}
  }

  /** Returns the milliseconds per run if several threads run the session. */
  private static double together(NativeSession session, Map<String, TensorData> inputs)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      AtomicInteger done = new AtomicInteger();
      // The first runs of a second slot are regular ones.
      together(session, inputs, threads, NANOSECONDS / 4, done);
      done.set(0);
      long start = System.nanoTime();
      together(session, inputs, threads, NANOSECONDS, done);
      return (System.nanoTime() - start) * 1e-6 / done.get();
    } finally {
      threads.shutdownNow();
    }
  }

  private static void together(
      NativeSession session,
      Map<String, TensorData> inputs,
      ExecutorService threads,
      long nanoseconds,
      AtomicInteger done)
      throws Exception {
    long stop = System.nanoTime() + nanoseconds;
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(
          threads.submit(
              () -> {
                while (System.nanoTime() < stop) {
                  session.run(inputs);
                  done.incrementAndGet();
                }
                return null;
              }));
    }
    for (Future<?> f : all) {
      f.get();
    }
  }
}
