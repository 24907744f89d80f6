package dev.dovetail.cli;

import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.Strictness;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.semantic.SemanticDataset;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.Task;
import dev.dovetail.models.evaluation.ClassMapping;
import dev.dovetail.models.evaluation.InstanceEvaluationRun;
import dev.dovetail.models.evaluation.OutputFolder;
import dev.dovetail.models.evaluation.Progress;
import dev.dovetail.models.evaluation.SemanticEvaluationRun;
import dev.dovetail.models.pipeline.ModelPlans;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.StageClock;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a model over a data set and prints its metrics. */
@Command(name = "eval", mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {

  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;
  @Mixin private ModelOptions.Where where;

  @Option(names = "--images", required = true)
  private Path images;

  @Option(names = "--annotations", required = true)
  private Path annotations;

  @Option(names = "--out")
  private Path out;

  @Option(names = "--batch", defaultValue = "1")
  private int batch;

  @Option(names = "--limit")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--strict")
  private boolean strict;

  @Override
  public Integer call() throws Exception {
    ModelConfig config = model.config();
    Warnings warnings = new Warnings(strict ? Strictness.STRICT : Strictness.LENIENT);
    StageClock clock = new StageClock();
    long start = System.nanoTime();
    try (LoadedModel loaded = weights.open(config);
        ModelPlans plans = new ModelPlans(loaded, where.settings())) {
      Pipeline pipeline = new Pipeline(loaded.model(), plans, batch, 2, clock);
      OutputFolder folder =
          OutputFolder.open(out, config.resolved().objectNode().put("config", config.hash()));
      if (config.model().task() instanceof Task.Semantic task) {
        SemanticEvaluationRun run =
            new SemanticEvaluationRun(
                SemanticDataset.open(images, annotations),
                task.head().classes(),
                task.labels(),
                limit,
                warnings,
                clock);
        run.run(pipeline, folder, true, Progress.SILENT);
        System.out.println(run.metrics().summary());
      } else {
        CocoDataset dataset = CocoDataset.read(annotations, warnings);
        ClassMapping mapping =
            ClassMapping.of(loaded.classes(), config.model().task().head().classes(), dataset);
        InstanceEvaluationRun run =
            new InstanceEvaluationRun(dataset, images, mapping, limit, clock);
        run.run(pipeline, folder, true, Progress.SILENT);
        System.out.println(java.util.Arrays.toString(run.metrics().boxes().stats()));
        System.out.println(java.util.Arrays.toString(run.metrics().masks().stats()));
      }
      System.out.println(
          clock.seconds()
              + " wall "
              + (System.nanoTime() - start) * 1e-9
              + " plans "
              + plans.compiled());
    }
    return Dovetail.OK;
  }
}
