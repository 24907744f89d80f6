package dev.dovetail.cli;

import dev.dovetail.cli.bench.Bench;
import dev.dovetail.cli.bench.BenchJson;
import dev.dovetail.cli.bench.BenchModels;
import dev.dovetail.cli.bench.BenchReport;
import dev.dovetail.cli.bench.BenchResult;
import dev.dovetail.cli.bench.BenchSettings;
import dev.dovetail.cli.bench.ConfigSubject;
import dev.dovetail.cli.bench.Subject;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.SizeConverter;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.report.Page;
import dev.dovetail.formats.Size;
import dev.dovetail.internal.Int8;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the speed of models. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures models in alternation: latency, images per second, memory, the time to the"
          + " first result, and the share of the device's peak throughput that each model"
          + " reaches (estimated with large matrix products). Only ONNX Runtime is timed. With"
          + " a data set, accuracy is reported next to speed.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  dovetail bench upernet-vit-comer-small segformer-mit-b0 --size 512x512",
      "  dovetail bench --adapter plain --head upernet --size 512x512 \\",
      "    --backbones vit_base_patch16_224,swin_tiny_patch4_window7_224"
    })
final class BenchCommand implements Callable<Integer> {

  /** More images than any device processes in one batch. */
  private static final int MOST_IMAGES = 65_536;

  @Spec private CommandSpec spec;
  @Mixin private BenchModels models;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      converter = SizeConverter.class,
      description = "network input size (default: the size at which each model was published)")
  private Size size;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description =
          "images per batch; several values are measured one after the other (default: 1)")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "timed runs per model (default: ${DEFAULT-VALUE})")
  private int runs;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "3",
      description = "untimed warm-up runs per model (default: ${DEFAULT-VALUE})")
  private int warmup;

  @Mixin private ModelOptions.Where where;
  @Mixin private CalibrationOptions calibrating;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "threads per operator (default: one per core)")
  private int threads;

  @Option(
      names = "--profile",
      description = "also print the time by scope and by operator, measured in separate runs")
  private boolean profile;

  @Mixin private EvaluationSet set;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "write DIR/index.html, a page of accuracy against latency that works offline; an"
              + " existing report is replaced")
  private Path report;

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws IOException {
    check();
    json.check();
    if (report != null) {
      Page.check(report.resolve(Page.FILE));
    }
    PrintWriter err = spec.commandLine().getErr();
    List<Subject> subjects =
        models.find(Optional.ofNullable(size), note -> err.println("dovetail: warning: " + note));
    BenchSettings settings =
        new BenchSettings(
            where.settings().threads(threads),
            batches,
            runs,
            warmup,
            profile,
            int8(subjects),
            set.given());
    settings.evaluation().ifPresent(e -> requireWeights(subjects));
    AtomicBoolean stopped = new AtomicBoolean();
    try (StopRequest stop =
        StopRequest.handle(
            () -> {
              stopped.set(true);
              err.println(
                  "dovetail: stopping after this run; a second signal ends the program"
                      + " immediately");
            })) {
      BenchResult result = new Bench(settings, err, stopped::get).run(subjects);
      report(settings, result);
      return stop.isMade() ? stop.exitCode() : result.exitCode();
    }
  }

  private Optional<Int8> int8(List<Subject> subjects) throws IOException {
    List<String> configs =
        subjects.stream().filter(ConfigSubject.class::isInstance).map(Subject::name).toList();
    Optional<Int8> int8 = calibrating.given(where.precision(), configs.isEmpty());
    if (configs.size() > 1 && int8.flatMap(Int8::save).isPresent()) {
      throw new UsageException(
          "--save-calibration saves one calibration, but each of these models has its own: "
              + String.join(", ", configs));
    }
    return int8;
  }

  private void report(BenchSettings settings, BenchResult result) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (!result.measurements().isEmpty()) {
      BenchReport written = new BenchReport(settings, result);
      if (report != null) {
        written.page().write(report.resolve(Page.FILE));
      }
      json.report(written.text(), BenchJson.of(settings, result));
    }
    result.failures().forEach(failure -> err.println("dovetail: " + failure));
    err.flush();
  }

  private void check() {
    for (int batch : batches) {
      if (batch < 1 || batch > MOST_IMAGES) {
        throw new UsageException("--batch " + batch + ": expected 1 to " + MOST_IMAGES);
      }
    }
    if (new HashSet<>(batches).size() < batches.size()) {
      throw new UsageException("--batch repeats a number; expected each number only once");
    }
    if (runs < 1) {
      throw new UsageException("--runs " + runs + ": expected at least 1");
    }
    if (warmup < 0) {
      throw new UsageException("--warmup " + warmup + ": expected at least 0");
    }
    if (threads < 0) {
      throw new UsageException("--threads " + threads + ": expected at least 1");
    }
  }

  private static void requireWeights(List<Subject> subjects) {
    List<String> random =
        subjects.stream()
            .filter(s -> s instanceof ConfigSubject config && config.weights().isEmpty())
            .map(Subject::name)
            .toList();
    if (!random.isEmpty()) {
      throw new UsageException(
          "accuracy needs weights: specify --weights=W for " + String.join(", ", random));
    }
  }
}
