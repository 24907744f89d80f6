package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.cuda.driver.CudaDevice;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Engines;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares fused operators with the nodes that they replace on a GPU, and measures each kernel and
 * whole models with and without fused operators. Arguments: the directory of configs, the seconds
 * after which no new item starts, then any of {@code check}, {@code kernels} and {@code model:NAME}
 * ({@link BenchModels}), or none for all of them. Prints one line of JSON per result.
 */
public final class GpuCheck {

  private static final Device GPU = new Device.Cuda(0);
  private final long end;
  private final Path configs;
  private final CudaDevice device;
  private final ParameterStore weights;
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private GpuCheck(Path configs, double seconds) throws Exception {
    this.end = System.nanoTime() + (long) (seconds * 1e9);
    this.configs = configs;
    this.device = CudaDevice.of(0);
    this.weights =
        WeightBinding.of(
            Map.of(), new DerivedFiles(Files.createTempDirectory("weights"), Long.MAX_VALUE));
  }

  public static void main(String[] args) throws Exception {
    if (args.length > 2 && args[2].equals("trace")) {
      trace(Path.of(args[0]));
      return;
    }
    GpuCheck check = new GpuCheck(Path.of(args[0]), Double.parseDouble(args[1]));
    check.line(
        "\"onnxruntime\": \"%s\", \"architecture\": \"%s\", \"java\": \"%s\"",
        Ort.version(), check.device.architecture(), Runtime.version());
    List<String> sections = new ArrayList<>(List.of(args).subList(2, args.length));
    if (sections.isEmpty()) {
      sections.addAll(List.of("check", "kernels", "plans"));
      BenchModels.names().forEach(n -> sections.add("model:" + n));
    }
    for (String section : sections) {
      try {
        if (section.equals("check")) {
          check.operators();
        } else if (section.equals("kernels")) {
          KernelTimes.print(check.device, check.out);
        } else if (section.equals("plans")) {
          check.plans();
        } else if (section.startsWith("placement:")) {
          check.placement(section.substring("placement:".length()));
        } else {
          String[] parts = section.split(":");
          check.model(
              parts[1],
              parts.length > 2 ? List.of(parts[2].split(",")) : BenchModels.ways(parts[1]));
        }
      } catch (Throwable t) {
        check.failed(section, t);
      }
    }
    System.exit(0);
  }

  /** Without a GPU: prints what would be fused, and verifies that all classes are present. */
  private static void trace(Path configs) throws Exception {
    for (String name : BenchModels.names()) {
      Graph graph = Lowering.foldBatchNorms(BenchModels.graph(name, configs));
      Map<String, Long> counts =
          Fusions.in(graph, op -> true).stream()
              .collect(
                  Collectors.groupingBy(
                      f -> f.op().getClass().getSimpleName(), TreeMap::new, Collectors.counting()));
      Graph fused = graph.fused(Fusions.in(graph, op -> true));
      Map<String, Long> left =
          fused.nodes().stream()
              .collect(
                  Collectors.groupingBy(
                      n -> n.op().onnxName(), TreeMap::new, Collectors.counting()));
      System.out.println(name + ": " + counts + " of " + graph.nodes().size() + "; left " + left);
    }
    WeightBinding.of(
        Map.of(), new DerivedFiles(Files.createTempDirectory("weights"), Long.MAX_VALUE));
  }

  private void line(String format, Object... values) {
    out.println("{" + String.format(Locale.ROOT, format, values) + "}");
  }

  private void failed(String what, Throwable t) {
    String text = String.valueOf(t.getMessage()).replaceAll("[\"\\\\\\p{Cntrl}]", " ");
    if (t instanceof dev.dovetail.cuda.kernels.KernelException k) {
      text += k.log().replaceAll("[\"\\\\\\p{Cntrl}]", " ");
    }
    line("\"failed\": \"%s\", \"error\": \"%s: %s\"", what, t.getClass().getSimpleName(), text);
    if (!(t instanceof IllegalStateException)) {
      t.printStackTrace();
    }
  }

  private boolean late() {
    return System.nanoTime() > end;
  }

  private Sessions.Compiled session(
      Graph graph, Precision precision, boolean fused, boolean recorded, Map<String, String> more)
      throws Exception {
    CudaOptions options = new CudaOptions(device, op -> fused, recorded, more);
    return Sessions.compile(graph, weights, Settings.on(GPU, precision), options);
  }

  /** Runs every case in float32 and float16, and again with bound memory and a recorded graph. */
  private void operators() throws Exception {
    List<FusedCases.Case> cases = new ArrayList<>(FusedCases.small());
    cases.addAll(FusedCases.large());
    for (FusedCases.Case c : cases) {
      Map<String, TensorData> inputs = FusedCases.inputs(c.graph());
      Map<String, TensorData> exact = Map.of();
      for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
        if (late()) {
          return;
        }
        try (Sessions.Compiled plain = session(c.graph(), precision, false, false, Map.of());
            Sessions.Compiled fused = session(c.graph(), precision, true, false, Map.of())) {
          Map<String, TensorData> expected = plain.session().run(inputs);
          exact = precision == Precision.FP32 ? expected : exact;
          double error = error(exact, fused.session().run(inputs));
          line(
              "\"check\": \"%s\", \"precision\": \"%s\", \"fused\": %d, \"error\": %.3g,"
                  + " \"plain_error\": %.3g, \"ok\": %b",
              c.name(),
              precision,
              fused.fusedNodes(),
              error,
              error(exact, expected),
              error < (precision == Precision.FP16 ? 0x1p-7 : 0x1p-16));
        } catch (Exception e) {
          failed(c.name() + " " + precision, e);
        }
      }
    }
  }

  /** Compiles plans like users, opens and closes them, and runs them in several threads. */
  private void plans() throws Exception {
    line("\"engine\": \"%s\"", Engines.choice(GPU).orElse("none"));
    FusedCases.Case c = FusedCases.block(2, 500, 768, true);
    Map<String, TensorData> inputs = FusedCases.inputs(c.graph());
    Settings settings = Settings.on(GPU, Precision.FP16);
    Map<String, TensorData> expected;
    try (Plan plan = Plan.compile(c.graph(), weights, settings)) {
      expected = plan.run(inputs);
      long alone = System.nanoTime();
      for (int k = 0; k < 200; k++) {
        plan.run(inputs);
      }
      double each = (System.nanoTime() - alone) * 1e-6 / 200;
      long start = System.nanoTime();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<Double>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(
                () -> {
                  double most = 0;
                  for (int k = 0; k < 100; k++) {
                    most = Math.max(most, error(expected, plan.run(inputs)));
                  }
                  return most;
                }));
      }
      double most = 0;
      for (Future<Double> f : all) {
        most = Math.max(most, f.get());
      }
      threads.shutdown();
      line(
          "\"threads\": 4, \"runs\": 400, \"error\": %.3g, \"ms_alone\": %.3f, \"ms_beside_others\": %.3f",
          most, each, (System.nanoTime() - start) * 1e-6 / 400);
    }
    for (int i = 0; i <= 200 && !late(); i++) {
      try (Plan plan = Plan.compile(c.graph(), weights, settings)) {
        plan.run(inputs);
      }
      if (i % 50 == 0) {
        System.gc();
        line(
            "\"plans\": %d, \"free_mb\": %d, \"rss_mb\": %d, \"live_kernels\": %d",
            i, DeviceMemory.free() >> 20, rss(), CustomOps.live());
      }
    }
  }

  private static long rss() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElse(-1);
  }

  /** Returns the nodes that run on the CPU, from ONNX Runtime's profile of one run. */
  private void placement(String name) throws Exception {
    Graph graph = BenchModels.graph(name, configs);
    Path folder = Files.createTempDirectory("profile");
    Path file;
    try (Sessions.Compiled session =
        Sessions.compile(
            graph,
            weights,
            Settings.on(GPU, Precision.FP16),
            CudaOptions.on(device),
            Optional.of(folder.resolve("run")))) {
      session.session().run(BenchModels.inputs(graph));
      file = session.session().endProfile();
    }
    Matcher m =
        Pattern.compile("\"name\" ?:\"([^\"]+)_kernel_time\".*?\"provider\" ?: ?\"(\\w+)\"")
            .matcher("");
    Map<String, List<String>> nodes = new TreeMap<>();
    for (String l : Files.readAllLines(file)) {
      if (m.reset(l).find()) {
        nodes.computeIfAbsent(m.group(2), k -> new ArrayList<>()).add(m.group(1));
      }
    }
    nodes.forEach(
        (provider, all) ->
            line(
                "\"placement\": \"%s\", \"provider\": \"%s\", \"nodes\": %d, \"names\": \"%s\"",
                name, provider, all.size(), all.size() < 200 ? String.join(" ", all) : ""));
  }

  private static double error(Map<String, TensorData> expected, Map<String, TensorData> actual) {
    return expected.entrySet().stream()
        .filter(e -> actual.containsKey(e.getKey()))
        .filter(e -> isComparable(e.getValue().type().dtype()))
        .mapToDouble(e -> FusedCases.error(e.getValue(), actual.get(e.getKey())))
        .max()
        .orElse(-1);
  }

  /** Label maps are comparable; indices of objects are not, since their order may change. */
  private static boolean isComparable(DType type) {
    return type.isFloat() || type == DType.UINT8;
  }

  private void model(String name, List<String> ways) throws Exception {
    if (late()) {
      line("\"model\": \"%s\", \"skipped\": \"no time left\"", name);
      return;
    }
    Graph graph = BenchModels.graph(name, configs);
    Map<String, TensorData> inputs = BenchModels.inputs(graph);
    Map<String, TensorData> expected = Map.of();
    for (Way way : Way.values()) {
      if (late() || !ways.contains(way.name().toLowerCase(Locale.ROOT))) {
        continue;
      }
      long start = System.nanoTime();
      try (Sessions.Compiled session =
              session(graph, Precision.FP16, way != Way.PLAIN, way.recorded, way.options);
          BoundRun run = (BoundRun) session.session().repeat(inputs)) {
        double compiled = (System.nanoTime() - start) * 1e-9;
        start = System.nanoTime();
        run.run();
        double first = (System.nanoTime() - start) * 1e-9;
        for (int i = 0; i < 3; i++) {
          run.run();
        }
        double[] times = times(run);
        Map<String, TensorData> results = run.results();
        double error = expected.isEmpty() ? -1 : error(expected, results);
        expected = expected.isEmpty() ? results : expected;
        line(
            "\"model\": \"%s\", \"way\": \"%s\", \"fused\": %d, \"ms\": %.3f, \"min_ms\": %.3f,"
                + " \"runs\": %d, \"compile_s\": %.2f, \"first_s\": %.2f, \"difference\": %.3g",
            name,
            way.name().toLowerCase(Locale.ROOT),
            session.fusedNodes(),
            times[times.length / 2],
            times[0],
            times.length,
            compiled,
            first,
            error);
      } catch (Exception e) {
        failed(name + " " + way, e);
      }
    }
  }

  /** Returns sorted milliseconds of runs: for two seconds, at least five, at most 50. */
  private static double[] times(BoundRun run) throws Exception {
    List<Double> all = new ArrayList<>();
    long stop = System.nanoTime() + 2_000_000_000L;
    while (all.size() < 5 || (all.size() < 50 && System.nanoTime() < stop)) {
      long t = System.nanoTime();
      run.run();
      all.add((System.nanoTime() - t) * 1e-6);
    }
    double[] times = all.stream().mapToDouble(d -> d).toArray();
    Arrays.sort(times);
    return times;
  }

  /** A way to run a model. */
  private enum Way {
    PLAIN(false, Map.of()),
    FUSED(false, Map.of()),
    NHWC(false, Map.of("prefer_nhwc", "1")),
    RECORDED(true, Map.of()),
    RECORDED_NHWC(true, Map.of("prefer_nhwc", "1"));

    final boolean recorded;
    final Map<String, String> options;

    Way(boolean recorded, Map<String, String> options) {
      this.recorded = recorded;
      this.options = options;
    }
  }
}
