package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.ModelBuilder;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StopRequest;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Evaluates a model on a data set and prints its metrics. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Evaluates a model on a data set: COCO AP for detectors, mIoU for semantic segmenters, PQ"
          + " for panoptic segmenters, top-1 and top-5 accuracy for classifiers.",
      "",
      "Results are saved in --out as the run progresses. Repeat the same command to resume an"
          + " interrupted run."
    },
    footer = {
      "",
      "Example:",
      "  dovetail eval upernet-vit-comer-small --weights upernet_s.pth \\",
      "    --data ADEChallengeData2016 --out run"
    })
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Mixin private EvaluationSet set;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory for metrics.json, the predictions and the resolved config")
  private Path out;

  @Mixin private ViewsOption views;
  @Mixin private ModelOptions.Where where;
  @Mixin private CalibrationOptions calibrating;
  @Mixin private ModelOptions.PlanMemory planMemory;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "images per batch (default: ${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "evaluate only the first N images of the annotations")
  private int limit;

  @Mixin private StrictOption strict;

  @Option(
      names = "--predictions-only",
      description = "write the predictions without computing metrics (needs --out)")
  private boolean predictionsOnly;

  @Mixin private JsonOption json;
  @Mixin private EvalReport report;

  @Override
  public Integer call() throws IOException {
    check();
    json.check();
    ModelBuilder builder =
        calibrating.in(
            planMemory.in(views.in(where.on(model.builder()))), model, where.precision());
    try (DovetailModel opened = calibrating.open(weights, builder);
        ConsoleProgress progress = ConsoleProgress.of(spec.commandLine().getErr(), "images")) {
      EvaluationOptions.Builder options =
          set.required().toBuilder()
              .batch(batch)
              .limit(limit)
              .scored(scored())
              .strict(strict.isStrict())
              .progress(progress);
      if (out != null) {
        options.out(out);
      }
      return StopRequest.during(progress, () -> evaluate(opened, options.build(), progress));
    }
  }

  private int evaluate(DovetailModel opened, EvaluationOptions options, ConsoleProgress progress)
      throws IOException {
    EvaluationReport evaluated = opened.evaluate(options);
    evaluated.warnings().forEach(w -> progress.say("dovetail: warning: " + w));
    json.report(text(evaluated), evaluated.json());
    report.write(out, set.required(), opened, evaluated, spec.commandLine().getErr());
    return Main.OK;
  }

  private void check() throws IOException {
    if (batch < 1) {
      throw new UsageException("--batch " + batch + ": expected at least 1");
    }
    if (limit < 1) {
      throw new UsageException("--limit " + limit + ": expected at least 1");
    }
    if (predictionsOnly && out == null) {
      throw new UsageException("--predictions-only needs --out, the directory for the predictions");
    }
    set.required();
    report.check(out, scored() && limit == Integer.MAX_VALUE);
  }

  private boolean scored() {
    return !predictionsOnly;
  }

  private static String text(EvaluationReport report) {
    List<String> lines = new ArrayList<>(report.metrics().lines());
    lines.add("");
    lines.addAll(report.timing());
    return JsonOption.text(lines);
  }
}
