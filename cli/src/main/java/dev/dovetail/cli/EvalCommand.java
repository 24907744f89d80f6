package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.JsonOption;
import dev.dovetail.cli.console.StrictOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.image.OpenCv;
import dev.dovetail.data.semantic.SemanticDataset;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoReport;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticReport;
import dev.dovetail.files.OutputException;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.Task;
import dev.dovetail.models.evaluation.ClassMapping;
import dev.dovetail.models.evaluation.InstanceEvaluationRun;
import dev.dovetail.models.evaluation.MetricsDocument;
import dev.dovetail.models.evaluation.OutputFolder;
import dev.dovetail.models.evaluation.SemanticEvaluationRun;
import dev.dovetail.models.pipeline.ModelPlans;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.PlanKey;
import dev.dovetail.models.pipeline.StageClock;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a model over a data set and prints its metrics. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a model over a data set and scores it: COCO AP for models that find objects, mIoU for"
          + " semantic ones.",
      "",
      "What is done is kept in --out. A run that was stopped goes on there when it is started"
          + " again."
    },
    footer = {
      "",
      "Example:",
      "  dovetail eval upernet-vit-comer-small --weights upernet_s.pth \\",
      "    --images ADE20K/images/validation \\",
      "    --annotations ADE20K/annotations/validation --out run"
    })
final class EvalCommand implements Callable<Integer> {

  /** Decoding and finishing take a small share of a pass, even for small models. */
  private static final int WORKERS = 2;

  @Spec private CommandSpec verb;
  @Mixin private ModelOptions model;
  @Mixin private ModelOptions.Weights weights;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "the folder with the images")
  private Path images;

  @Option(
      names = "--annotations",
      required = true,
      paramLabel = "FILE_OR_DIR",
      description = "COCO's instances JSON, or the folder with a label map (PNG) for every image")
  private Path annotations;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where metrics.json, the predictions and the resolved config are written")
  private Path out;

  @Mixin private ModelOptions.Where where;
  @Mixin private ModelOptions.PlanMemory planMemory;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "images in one pass (default: ${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2147483647",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "only the first N images of the annotations")
  private int limit;

  @Mixin private StrictOption strict;

  @Option(
      names = "--predictions-only",
      description = "write the predictions and leave out the metrics (needs --out)")
  private boolean predictionsOnly;

  @Mixin private JsonOption json;

  private final StageClock clock = new StageClock();

  @Override
  public Integer call() throws IOException {
    check();
    json.check();
    ModelConfig config = model.config();
    if (config.model().task() instanceof Task.Classification) {
      throw new UsageException(
          "eval scores detectors and segmenters, and the model is a classifier; 'dovetail predict'"
              + " tells its best classes");
    }
    Settings settings = where.settings();
    Warnings warnings = strict.warnings();
    long start = System.nanoTime();
    try (LoadedModel loaded = weights.open(model, config, verb.commandLine().getErr());
        OutputFolder folder = folder(loaded, config, settings);
        PlanCache<PlanKey> plans = ModelPlans.of(loaded, settings, planMemory.bytes());
        ConsoleProgress progress = ConsoleProgress.of(verb.commandLine().getErr(), "images")) {
      folder.writeJson("config.json", config.resolved());
      Pipeline pipeline = new Pipeline(loaded.model(), plans, batch, WORKERS, clock);
      Scored scored = scored(loaded, pipeline, folder, warnings, progress);
      double wall = (System.nanoTime() - start) * 1e-9;
      warnings.entries().forEach(w -> progress.say("dovetail: warning: " + w));
      ObjectNode document = document(config, loaded, settings, scored);
      int now = scored.images() - progress.before();
      document.put("images_done_now", now);
      document.put("images_per_second", now / wall);
      PlanCache.Statistics compiled = plans.statistics();
      document.put("plans", compiled.compiled());
      document.put("seconds_compiling", compiled.seconds());
      document.set("seconds", MetricsDocument.seconds(clock, wall));
      folder.writeJson("metrics.json", document);
      json.report(scored.text() + timing(now, compiled, wall), document);
    }
    return Dovetail.OK;
  }

  /** What a run gave, as text and as numbers. */
  private record Scored(int images, String text, ObjectNode metrics) {}

  private void check() {
    if (batch < 1) {
      throw new UsageException("--batch " + batch + ": expected at least 1");
    }
    if (limit < 1) {
      throw new UsageException("--limit " + limit + ": expected at least 1");
    }
    if (predictionsOnly && out == null) {
      throw new UsageException("--predictions-only needs --out, where the predictions go");
    }
    if (!Files.isDirectory(images)) {
      throw new UsageException("--images " + images + " is no folder");
    }
    if (!Files.exists(annotations)) {
      throw new UsageException("--annotations " + annotations + " does not exist");
    }
  }

  private Scored scored(
      LoadedModel loaded,
      Pipeline pipeline,
      OutputFolder folder,
      Warnings warnings,
      ConsoleProgress progress)
      throws IOException {
    try {
      return loaded.model().task() instanceof Task.Semantic task
          ? semantic(task, loaded, pipeline, folder, warnings, progress)
          : instances(loaded, pipeline, folder, warnings, progress);
    } catch (OutputException e) {
      throw new IOException(e.getMessage() + System.lineSeparator() + folder.afterwards(), e);
    }
  }

  private Scored semantic(
      Task.Semantic task,
      LoadedModel loaded,
      Pipeline pipeline,
      OutputFolder folder,
      Warnings warnings,
      ConsoleProgress progress)
      throws IOException {
    if (!Files.isDirectory(annotations)) {
      throw new UsageException(
          "--annotations " + annotations + " is a file; a semantic model needs a folder of PNGs");
    }
    SemanticDataset dataset = SemanticDataset.open(images, annotations);
    for (String complaint : dataset.complaints()) {
      if (strict.isStrict()) {
        throw new IOException(complaint + " (refused by --strict)");
      }
      progress.say("dovetail: warning: " + complaint);
    }
    SemanticEvaluationRun run = new SemanticEvaluationRun(dataset, task, limit, warnings, clock);
    if (predictionsOnly) {
      run.predict(pipeline, folder, progress);
      return unscored(run.images());
    }
    SemanticEvaluation metrics = run.evaluate(pipeline, folder, progress);
    List<String> lines = new ArrayList<>(SemanticReport.classes(metrics, loaded.classes()));
    lines.add("");
    lines.addAll(SemanticReport.summary(metrics));
    return new Scored(
        run.images(), text(lines), MetricsDocument.metrics(metrics, loaded.classes()));
  }

  private Scored instances(
      LoadedModel loaded,
      Pipeline pipeline,
      OutputFolder folder,
      Warnings warnings,
      ConsoleProgress progress)
      throws IOException {
    if (Files.isDirectory(annotations)) {
      throw new UsageException(
          "--annotations " + annotations + " is a folder; this model needs COCO's instances JSON");
    }
    CocoDataset dataset = CocoDataset.read(annotations, warnings);
    ClassMapping mapping =
        ClassMapping.of(loaded.classes(), loaded.model().task().head().classes(), dataset);
    InstanceEvaluationRun run =
        new InstanceEvaluationRun(dataset, images, mapping, limit, warnings, clock);
    if (predictionsOnly) {
      run.predict(pipeline, folder, progress);
      return unscored(run.images());
    }
    Map<IouType, CocoEvaluation> metrics = run.evaluate(pipeline, folder, progress);
    List<String> lines = new ArrayList<>();
    metrics.forEach(
        (type, evaluation) -> {
          lines.add(lines.isEmpty() ? "Boxes" : System.lineSeparator() + "Masks");
          lines.addAll(CocoReport.categories(evaluation));
          lines.addAll(CocoReport.summary(evaluation));
        });
    return new Scored(run.images(), text(lines), MetricsDocument.metrics(metrics));
  }

  private Scored unscored(int images) {
    return new Scored(images, "", JsonNodeFactory.instance.objectNode());
  }

  private static String text(List<String> lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private ObjectNode document(
      ModelConfig config, LoadedModel loaded, Settings settings, Scored scored) throws IOException {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("metrics", scored.metrics());
    node.put("images", scored.images());
    node.put("config_sha256", config.hash());
    node.put("checkpoint", loaded.checkpoint().path().toString());
    node.put("checkpoint_sha256", loaded.checkpoint().sha256());
    weights.key().ifPresent(key -> node.put("weights_key", key));
    node.put("device", settings.device().toString());
    node.put("precision", settings.precision().toString().toLowerCase(Locale.ROOT));
    node.put("batch", batch);
    ObjectNode versions = node.putObject("versions");
    versions.put("dovetail", Versions.dovetail());
    versions.put("java", Runtime.version().toString());
    versions.put("onnxruntime", Plan.runtimeVersion());
    versions.put("opencv", OpenCv.version());
    return node;
  }

  private String timing(int images, PlanCache.Statistics plans, double wall) {
    StringBuilder text = new StringBuilder(System.lineSeparator());
    text.append(
        String.format(
            Locale.ROOT,
            "%d %s in %.1f s (%.2f a second); %d %s compiled in %.1f s, beside other work.%nSeconds by stage, which overlap:",
            images,
            images == 1 ? "image" : "images",
            wall,
            images / wall,
            plans.compiled(),
            plans.compiled() == 1 ? "plan" : "plans",
            plans.seconds()));
    clock
        .seconds()
        .forEach(
            (stage, seconds) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        " %s %.1f (%.0f%%)",
                        stage.label(),
                        seconds,
                        100 * seconds / wall)));
    return text.append(System.lineSeparator()).toString();
  }

  /** The folder of the results; one that nobody named is deleted at the end. */
  private OutputFolder folder(LoadedModel loaded, ModelConfig config, Settings settings)
      throws IOException {
    if (out == null) {
      return OutputFolder.temporary();
    }
    ObjectNode identity = JsonNodeFactory.instance.objectNode();
    identity.set("config", config.resolved());
    identity.put("checkpoint_sha256", loaded.checkpoint().sha256());
    weights.key().ifPresent(key -> identity.put("weights_key", key));
    identity.put("device", settings.device() instanceof Device.Cpu ? "cpu" : "cuda");
    identity.put("precision", settings.precision().toString().toLowerCase(Locale.ROOT));
    identity.put("images", images.toRealPath().toString());
    return OutputFolder.open(out, identity);
  }
}
