package dev.dovetail.internal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.OpenCv;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.runtime.Settings;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Evaluates a model and writes {@code metrics.json}. */
public final class Evaluations {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Evaluations() {}

  /** Runs one evaluation. */
  public static <R> EvaluationReport run(OpenModel<R> model, EvaluationOptions options)
      throws IOException {
    Warnings warnings = new Warnings(options.strict() ? Strictness.STRICT : Strictness.LENIENT);
    Counting progress = new Counting(options.progress());
    StageClock clock = new StageClock();
    long start = System.nanoTime();
    Evaluation<R> evaluation =
        model
            .session()
            .task()
            .evaluation(
                new EvaluationData(
                    options.images(), options.annotations(), options.limit(), warnings),
                model.classes());
    try (OutputFolder folder = folder(model, options)) {
      folder.writeJson("config.json", model.config().resolved());
      EvaluationRun<R> run =
          new EvaluationRun<>(
              model
                  .session()
                  .pipeline(
                      PipelineSettings.ofRun(options.batch(), model.settings().device()), clock),
              evaluation,
              folder,
              progress,
              clock);
      Metrics metrics = new Metrics(Map.of(), List.of());
      if (options.scored()) {
        metrics = run.evaluate();
      } else {
        run.predict();
      }
      double wall = (System.nanoTime() - start) * 1e-9;
      int images = evaluation.samples().size();
      int now = images - progress.before();
      PlanCache.Statistics plans = model.session().plans().statistics();
      ObjectNode document = document(model, options, metrics, images);
      document.put("images_done_now", now);
      document.put("images_per_second", now / wall);
      document.put("share_waited", clock.shareWaited());
      document.put("plans", plans.compiled());
      document.put("seconds_compiling", plans.seconds());
      ObjectNode seconds = document.putObject("seconds");
      clock.seconds().forEach((stage, s) -> seconds.put(stage.label(), s));
      seconds.put("wall", wall);
      folder.writeJson("metrics.json", document);
      return new EvaluationReport(
          metrics,
          images,
          warnings.entries().stream().map(Warnings.Entry::toString).toList(),
          timing(clock, now, images, plans, wall),
          document.toString());
    }
  }

  /** Opens the output directory. If none was specified, uses a temporary one, deleted on close. */
  private static OutputFolder folder(OpenModel<?> model, EvaluationOptions options)
      throws IOException {
    if (options.out().isEmpty()) {
      return OutputFolder.temporary();
    }
    Settings settings = model.settings();
    ObjectNode identity = JsonNodeFactory.instance.objectNode();
    identity.set("config", model.config().resolved());
    identity.put("checkpoint_sha256", model.weights().sha256());
    model.weights().key().ifPresent(key -> identity.put("weights_key", key));
    identity.put("device", settings.device() instanceof Device.Cpu ? "cpu" : "cuda");
    identity.put("precision", settings.precision().label());
    settings
        .calibration()
        .map(c -> Fingerprint.of(c.toString().getBytes(StandardCharsets.UTF_8)))
        .ifPresent(print -> identity.put("calibration", print));
    identity.put("images", options.images().toRealPath().toString());
    return OutputFolder.open(options.out().get(), identity);
  }

  private static ObjectNode document(
      OpenModel<?> model, EvaluationOptions options, Metrics metrics, int images)
      throws IOException {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("schema", EvaluationReport.SCHEMA);
    node.put("type", model.session().task().name());
    node.set("metrics", JSON.valueToTree(metrics.values()));
    node.put("images", images);
    node.put("config_sha256", model.config().hash());
    node.put("checkpoint", model.weights().path().toString());
    node.put("checkpoint_sha256", model.weights().sha256());
    model.weights().key().ifPresent(key -> node.put("weights_key", key));
    node.put("device", model.settings().device().toString());
    node.put("precision", model.settings().precision().label());
    node.put("batch", options.batch());
    ObjectNode versions = node.putObject("versions");
    versions.put("dovetail", Version.dovetail());
    versions.put("java", Runtime.version().toString());
    versions.put("onnxruntime", Plan.runtimeVersion());
    versions.put("opencv", OpenCv.version());
    return node;
  }

  private static List<String> timing(
      StageClock clock, int now, int images, PlanCache.Statistics plans, double wall) {
    List<String> lines = new ArrayList<>();
    if (now == 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "An earlier run computed the results of %s; they were read and scored in %.1f s.",
              count(images, "image"),
              wall));
      return lines;
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%s in %.1f s (%.2f a second); %s compiled in %.1f s, in parallel.",
            count(now, "image"),
            wall,
            now / wall,
            count(plans.compiled(), "plan"),
            plans.seconds()));
    StringBuilder stages = new StringBuilder("Seconds by stage (stages overlap):");
    clock
        .seconds()
        .forEach(
            (stage, seconds) ->
                stages.append(
                    String.format(
                        Locale.ROOT,
                        " %s %.1f (%.0f%%)",
                        stage.label(),
                        seconds,
                        100 * seconds / wall)));
    lines.add(stages.toString());
    lines.add(clock.waiting());
    return lines;
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
