package dev.dovetail.cli.bench;

import dev.dovetail.cli.bench.BenchResult.BatchProfile;
import dev.dovetail.cli.bench.BenchResult.Model;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.MainMetric;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.eval.TextTable;
import dev.dovetail.eval.report.Page;
import dev.dovetail.eval.report.Section;
import dev.dovetail.eval.report.SpeedSections;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The results of a benchmark, as text and as a page. */
public final class BenchReport {

  private static final String NONE = "–";
  private static final String PERCENT = "percent";

  /** Levels of scopes and number of operators in the text; the JSON contains all. */
  private static final int DEPTH = 2;

  private static final int OPERATORS = 12;

  private final BenchSettings settings;
  private final BenchResult result;

  /** A table with a heading. */
  private record Table(String title, String note, List<String> head, List<List<String>> rows) {

    List<String> lines() {
      TextTable table = new TextTable(head);
      rows.forEach(table::add);
      List<String> lines = new ArrayList<>(table.lines());
      lines.add("");
      return lines;
    }

    Section section() {
      String id = title.toLowerCase(Locale.ROOT).replace(' ', '-');
      return SpeedSections.table(id, title, note, head, rows);
    }
  }

  public BenchReport(BenchSettings settings, BenchResult result) {
    this.settings = settings;
    this.result = result;
  }

  /** Returns the text, one entry per line. */
  public String text() {
    List<String> lines = new ArrayList<>();
    for (Table table : tables()) {
      lines.addAll(table.lines());
    }
    for (Map.Entry<String, Model> model : result.models().entrySet()) {
      for (BatchProfile profile : model.getValue().profiles()) {
        lines.addAll(profile(model.getKey(), profile));
      }
    }
    lines.addAll(notes());
    return JsonOption.text(lines);
  }

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>(List.of(speed(), work(), cost()));
    Table accuracy = accuracy();
    if (!accuracy.rows().isEmpty()) {
      tables.add(accuracy);
    }
    return tables;
  }

  private Table speed() {
    List<List<String>> rows = new ArrayList<>();
    for (Measurement m : result.measurements()) {
      Timings t = m.timings();
      Optional<Measurement> reference = result.reference(m);
      rows.add(
          List.of(
              m.model(),
              Integer.toString(m.batch()),
              number(t.percentile(50)),
              number(t.percentile(95)),
              number(t.percentile(99)),
              number(m.imagesPerSecond()),
              reference.map(r -> fixed(t.ratio(r.timings()), 3)).orElse(NONE)));
    }
    return new Table(
        "Speed",
        "Milliseconds per run. The ratio compares the time with that of the first model, round"
            + " by round.",
        List.of("model", "batch", "p50 ms", "p95 ms", "p99 ms", "images/s", "ratio"),
        rows);
  }

  private Table work() {
    List<List<String>> rows = new ArrayList<>();
    for (Measurement m : result.measurements()) {
      rows.add(
          List.of(
              m.model(),
              Integer.toString(m.batch()),
              SizeConverter.text(m.size()),
              fixed(m.work().parameters() / 1e6, 2),
              fixed(m.macs() / 1e9, 2),
              number(m.operationsPerSecond() / 1e9),
              fixed(100 * m.shareOfCeiling(), 1) + " %"));
    }
    return new Table(
        "Work",
        "Parameters, multiply-accumulates per image, and throughput relative to the ceiling,"
            + " the throughput of large matrix products in the same rounds.",
        List.of("model", "batch", "size", "param (M)", "GMAC", "GFLOP/s", "of ceiling"),
        rows);
  }

  private Table cost() {
    boolean gpu = settings.runtime().device() instanceof Device.Cuda;
    List<String> head = new ArrayList<>(List.of("model", "batch", "host MB"));
    if (gpu) {
      head.add("device MB");
    }
    head.addAll(List.of("first result s", "open", "trace", "compile", "run"));
    List<List<String>> rows = new ArrayList<>();
    for (Measurement m : result.measurements()) {
      Measurement.FirstResult first = m.first();
      List<String> row = new ArrayList<>(List.of(m.model(), Integer.toString(m.batch())));
      row.add(megabytes(m.memory().host()));
      if (gpu) {
        row.add(megabytes(m.memory().device()));
      }
      row.add(fixed(first.total(), 2));
      for (double part : List.of(first.open(), first.trace(), first.compile(), first.run())) {
        row.add(fixed(part, 2));
      }
      rows.add(row);
    }
    return new Table(
        "First result",
        "Seconds from the model's name to its first result, and peak memory up to that point.",
        head,
        rows);
  }

  private Table accuracy() {
    List<List<String>> rows = new ArrayList<>();
    result
        .models()
        .forEach(
            (name, model) ->
                accuracy(model)
                    .forEach(
                        (metric, value) -> rows.add(List.of(name, metric, fixed(100 * value, 2)))));
    return new Table(
        "Accuracy",
        "Metrics in percent, as the command eval computes them.",
        List.of("model", "metric", PERCENT),
        rows);
  }

  /** Returns the main metrics of a model as fractions. */
  private static Map<String, Double> accuracy(Model model) {
    Map<String, Double> values = new LinkedHashMap<>();
    model
        .accuracy()
        .ifPresent(
            report -> {
              for (MainMetric metric : MainMetric.values()) {
                metric
                    .fraction(report.metrics().values())
                    .ifPresent(value -> values.put(metric.label(), value));
              }
            });
    return values;
  }

  private static List<String> profile(String model, BatchProfile of) {
    Profile profile = of.profile();
    double all = profile.operators().values().stream().mapToDouble(Double::doubleValue).sum();
    List<String> lines = new ArrayList<>();
    lines.add(model + ", batch " + of.batch() + ": mean of " + profile.runs() + " profiled runs");
    TextTable scopes = new TextTable(List.of("scope", "ms", PERCENT));
    profile
        .scopes()
        .forEach(
            (scope, seconds) -> {
              int level = scope.split("\\.").length;
              if (!scope.isEmpty() && level <= DEPTH) {
                String name = "  ".repeat(level - 1) + scope.substring(scope.lastIndexOf('.') + 1);
                scopes.add(row(name, seconds, profile.runs(), all));
              }
            });
    lines.addAll(scopes.lines());
    lines.add("");
    TextTable operators = new TextTable(List.of("operator", "ms", PERCENT));
    List<Map.Entry<String, Double>> sorted =
        profile.operators().entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .toList();
    sorted.stream()
        .limit(OPERATORS)
        .forEach(o -> operators.add(row(o.getKey(), o.getValue(), profile.runs(), all)));
    double rest = sorted.stream().skip(OPERATORS).mapToDouble(Map.Entry::getValue).sum();
    if (sorted.size() > OPERATORS) {
      operators.add(row((sorted.size() - OPERATORS) + " others", rest, profile.runs(), all));
    }
    lines.addAll(operators.lines());
    lines.add("");
    return lines;
  }

  private static List<String> row(String name, double seconds, int runs, double all) {
    return List.of(name, fixed(1e3 * seconds / runs, 3), fixed(100 * seconds / all, 1));
  }

  /** Returns remarks on how to read the figures. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%s, %s, threads: %d; %d runs after %d warm-up runs%s. Ceiling: products of %dx%d"
                + " matrices, %s.",
            settings.runtime().device(),
            settings.runtime().precision().label(),
            settings.threads(),
            settings.runs(),
            settings.warmup(),
            result.stopped() ? " were planned" : "",
            result.extent(),
            result.extent(),
            ceilings()));
    List<String> random =
        result.models().entrySet().stream()
            .filter(m -> m.getValue().weights().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!random.isEmpty()) {
      notes.add(
          "Weights are random (initial values), since none were specified: "
              + String.join(", ", random)
              + ".");
    }
    if (result.measurements().stream().anyMatch(m -> m.work().partial())) {
      notes.add(
          "Computations per region or object are counted once in GMAC and GFLOP/s, since their"
              + " number is only known in a run.");
    }
    if (result.measurements().stream().anyMatch(m -> m.shareOfCeiling() > 1)) {
      notes.add(
          settings.runtime().precision() == Precision.INT8
              ? "The ceiling is that of float32 products, which products of 8-bit integers can"
                  + " exceed."
              : "GMAC is the count of the published model. The optimized graph may need fewer"
                  + " operations, so that a share of the ceiling can exceed 100 %.");
    }
    if (settings.profiled() && settings.runtime().device() instanceof Device.Cuda) {
      notes.add(
          "On a GPU, the profile shows the launch times of the kernels. Set"
              + " CUDA_LAUNCH_BLOCKING=1 in the environment to measure the kernels themselves.");
    }
    return notes;
  }

  private String ceilings() {
    return result.measurements().stream()
        .map(m -> number(m.ceiling() / 1e9) + " GFLOP/s")
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Returns the report as a page; requires at least one measurement. */
  public Page page() {
    List<SpeedSections.Point> points = new ArrayList<>();
    for (Measurement m : result.measurements()) {
      points.add(
          new SpeedSections.Point(
              m.model(),
              m.batch(),
              m.timings().percentile(50),
              m.imagesPerSecond(),
              accuracy(result.models().get(m.model()))));
    }
    List<Section> sections = new ArrayList<>(List.of(SpeedSections.charts(points)));
    tables().forEach(table -> sections.add(table.section()));
    Map<String, String> about = new LinkedHashMap<>();
    about.put("models", String.join(", ", result.models().keySet()));
    settings.evaluation().ifPresent(e -> about.put("evaluated on", e.annotations().toString()));
    about.put("measured", String.join(" ", notes()));
    if (!result.failures().isEmpty()) {
      about.put(
          "failed",
          result.failures().stream().map(Object::toString).collect(Collectors.joining("; ")));
    }
    return new Page("Benchmark", about, sections);
  }

  private static String megabytes(OptionalLong bytes) {
    return bytes.isPresent() ? Long.toString(Math.round(bytes.getAsLong() / 1e6)) : NONE;
  }

  /** Formats a number with about four digits. */
  private static String number(double value) {
    return fixed(value, value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3);
  }

  private static String fixed(double value, int decimals) {
    return Double.isFinite(value) ? TextTable.fixed(value, decimals) : NONE;
  }
}
