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
import dev.dovetail.runtime.Engine;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks and measures the engine on a GPU. Arguments: the directory of configs, the seconds after
 * which no new item starts, then sections, or none for all of them but {@code placement}. Prints
 * one line of JSON per result. Sections:
 *
 * <ul>
 *   <li>{@code check} compares fused operators with the nodes that they replace
 *   <li>{@code kernels} measures each kernel
 *   <li>{@code plans} or {@code plans:COUNT} runs plans in several threads on every GPU, and opens
 *       and closes plans, by default 1000 ({@link PlanChecks})
 *   <li>{@code runs} or {@code runs:NAME,…} measures plans with each kind of runs ({@link
 *       RunTimes})
 *   <li>{@code model:NAME} or {@code model:NAME:WAY,…} measures a model with inputs and outputs in
 *       GPU memory ({@link BenchModels})
 *   <li>{@code placement:NAME} lists the nodes that run on the CPU
 *   <li>{@code trace} alone prints what would be fused, without a GPU
 * </ul>
 */
public final class GpuCheck {

  static final Device.Cuda GPU = new Device.Cuda(0);
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
      sections.addAll(List.of("check", "kernels", "plans", "runs"));
      BenchModels.names().forEach(n -> sections.add("model:" + n));
    }
    for (String section : sections) {
      try {
        if (section.equals("check")) {
          check.operators();
        } else if (section.equals("kernels")) {
          KernelTimes.print(check.device, check.out);
        } else if (section.split(":")[0].equals("plans")) {
          String[] parts = section.split(":");
          new PlanChecks(check).run(parts.length > 1 ? Integer.parseInt(parts[1]) : 1000);
        } else if (section.split(":")[0].equals("runs")) {
          String[] parts = section.split(":");
          new RunTimes(check)
              .print(parts.length > 1 ? List.of(parts[1].split(",")) : BenchModels.launched());
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
    List<String> names = new ArrayList<>(BenchModels.launched());
    names.addAll(BenchModels.names());
    for (String name : names) {
      Graph graph = Lowering.foldBatchNorms(BenchModels.graph(name, configs));
      System.out.println(Signature.of(graph));
      Map<String, Long> counts =
          FusedGraph.fusions(graph, op -> true).stream()
              .collect(
                  Collectors.groupingBy(
                      f -> f.op().getClass().getSimpleName(), TreeMap::new, Collectors.counting()));
      Graph fused = graph.fused(FusedGraph.fusions(graph, op -> true));
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

  Path configs() {
    return configs;
  }

  CudaDevice device() {
    return device;
  }

  ParameterStore weights() {
    return weights;
  }

  void line(String format, Object... values) {
    out.println("{" + String.format(Locale.ROOT, format, values) + "}");
  }

  void failed(String what, Throwable t) {
    String text = String.valueOf(t.getMessage()).replaceAll("[\"\\\\\\p{Cntrl}]", " ");
    if (t instanceof dev.dovetail.cuda.kernels.KernelException k) {
      text += k.log().replaceAll("[\"\\\\\\p{Cntrl}]", " ");
    }
    line("\"failed\": \"%s\", \"error\": \"%s: %s\"", what, t.getClass().getSimpleName(), text);
    if (!(t instanceof IllegalStateException)) {
      t.printStackTrace();
    }
  }

  boolean late() {
    return System.nanoTime() > end;
  }

  private Sessions.Compiled session(
      Graph graph,
      Precision precision,
      boolean fused,
      CudaOptions.Runs runs,
      Map<String, String> more)
      throws Exception {
    CudaOptions options =
        new CudaOptions(device, op -> fused, runs, () -> new CudaRunDevice(device.index()), more);
    return Sessions.compile(graph, weights, Settings.on(GPU, precision), options);
  }

  /** Runs every case in float32 and float16; with fused operators also as replays. */
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
        try (Sessions.Compiled plain =
                session(c.graph(), precision, false, CudaOptions.Runs.RESIDENT, Map.of());
            Sessions.Compiled fused =
                session(c.graph(), precision, true, CudaOptions.Runs.RECORDED, Map.of())) {
          Map<String, TensorData> expected = plain.session().run(inputs);
          exact = precision == Precision.FP32 ? expected : exact;
          double error = 0;
          for (int i = 0; i < 2 * ResidentRuns.REGULAR_RUNS; i++) {
            error = Math.max(error, error(exact, fused.session().run(inputs)));
          }
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
            CudaOptions.on(device, CudaOptions.Runs.RECORDED),
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

  static double error(Map<String, TensorData> expected, Map<String, TensorData> actual) {
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
              session(graph, Precision.FP16, way != Way.PLAIN, way.runs, way.options);
          ResidentRuns.Repeated run = (ResidentRuns.Repeated) session.session().repeat(inputs)) {
        double compiled = (System.nanoTime() - start) * 1e-9;
        start = System.nanoTime();
        run.run();
        double first = (System.nanoTime() - start) * 1e-9;
        for (int i = 0; i < 3; i++) {
          run.run();
        }
        double[] times = times(run);
        Map<String, TensorData> results = session.session().run(inputs);
        double error = expected.isEmpty() ? -1 : error(expected, results);
        expected = expected.isEmpty() ? results : expected;
        line(
            "\"model\": \"%s\", \"way\": \"%s\", \"fused\": %d, \"ms\": %.3f, \"min_ms\": %.3f,"
                + " \"runs\": %d, \"compile_s\": %.2f, \"first_s\": %.2f, \"difference\": %.3g,"
                + " \"replayed\": %b",
            name,
            way.name().toLowerCase(Locale.ROOT),
            session.fusedNodes(),
            times[times.length / 2],
            times[0],
            times.length,
            compiled,
            first,
            error,
            run.isRecorded());
      } catch (Exception e) {
        failed(name + " " + way, e);
      }
    }
  }

  /** Returns sorted milliseconds of runs: for two seconds, at least five, at most 50. */
  static double[] times(Engine.Repeated run) throws Exception {
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
    PLAIN(CudaOptions.Runs.RESIDENT, Map.of()),
    FUSED(CudaOptions.Runs.RESIDENT, Map.of()),
    NHWC(CudaOptions.Runs.RESIDENT, Map.of("prefer_nhwc", "1")),
    RECORDED(CudaOptions.Runs.RECORDED, Map.of()),
    RECORDED_NHWC(CudaOptions.Runs.RECORDED, Map.of("prefer_nhwc", "1"));

    final CudaOptions.Runs runs;
    final Map<String, String> options;

    Way(CudaOptions.Runs runs, Map<String, String> options) {
      this.runs = runs;
      this.options = options;
    }
  }
}
