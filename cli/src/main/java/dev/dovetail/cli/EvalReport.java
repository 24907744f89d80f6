package dev.dovetail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.DovetailModel;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.ScoreReport;
import dev.dovetail.eval.report.Page;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The report of an evaluation: the pages of {@code score} for the predictions it wrote. */
final class EvalReport {

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "write DIR/index.html, a page with tables and charts, and DIR/pictures.html, which"
              + " shows images with annotations and predictions, worst first (needs --out)")
  private Path folder;

  /**
   * Rejects invalid combinations of options before the evaluation starts.
   *
   * @param out where predictions are written; null if they are not
   * @param whole whether all images are evaluated and scored
   * @throws UsageException if options contradict each other
   * @throws IOException if the page cannot be written
   */
  void check(Path out, boolean whole) throws IOException {
    if (folder == null) {
      return;
    }
    if (out == null) {
      throw new UsageException("--report needs --out, the directory for the predictions");
    }
    if (!whole) {
      throw new UsageException("--report covers all images; omit --limit and --predictions-only");
    }
    Page.check(folder.resolve(Page.FILE));
  }

  /** Writes the pages if a report was requested. */
  void write(
      Path out,
      EvaluationOptions set,
      DovetailModel model,
      EvaluationReport evaluated,
      PrintWriter err)
      throws IOException {
    if (folder != null) {
      ScoreReport.write(folder, arguments(out, set, model, evaluated), err);
    }
  }

  private static List<String> arguments(
      Path out, EvaluationOptions set, DovetailModel model, EvaluationReport evaluated)
      throws IOException {
    Map<String, Object> numbers = evaluated.metrics().values();
    if (numbers.containsKey("bbox")) {
      return objects(out, located(set, AnnotationKind.OBJECTS), numbers);
    }
    if (Files.exists(out.resolve("panoptic.json"))) {
      DataPaths data = located(set, AnnotationKind.SEGMENTS);
      return with(
          data.images(),
          List.of("--type", "panoptic", "--gt", data.annotations().toString()),
          List.of("--dt", out.resolve("panoptic.json").toString()));
    }
    if (Files.exists(out.resolve("predictions.jsonl"))) {
      return List.of(
          "--type",
          "classification",
          "--gt",
          set.images().toString(),
          "--dt",
          out.resolve("predictions.jsonl").toString());
    }
    return labelMaps(out, located(set, AnnotationKind.LABEL_MAPS), model, numbers);
  }

  private static DataPaths located(EvaluationOptions set, AnnotationKind kind) throws IOException {
    return set.images().equals(set.annotations())
        ? DataPaths.find(set.images(), Split.VALIDATION, kind).orElseThrow()
        : new DataPaths(set.images(), set.annotations());
  }

  private static List<String> with(Path images, List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    all.addAll(List.of("--images", images.toString()));
    return all;
  }

  /** Scores masks if they were evaluated and boxes otherwise, for the classes of the model. */
  private static List<String> objects(Path out, DataPaths data, Map<String, Object> numbers)
      throws IOException {
    if (Files.isDirectory(data.annotations())) {
      return with(
          data.images(),
          List.of("--type", "cityscapes-instances", "--gt", data.annotations().toString()),
          List.of("--dt", out.resolve("segm.json").toString()));
    }
    String type = numbers.containsKey("segm") ? "segm" : "bbox";
    Map<?, ?> scored = (Map<?, ?>) ((Map<?, ?>) numbers.get(type)).get("AP_per_class");
    CocoDataset truth = CocoDataset.read(data.annotations(), new Warnings(Strictness.LENIENT));
    String categories =
        truth.categories().stream()
            .filter(category -> scored.containsKey(category.name()))
            .map(CocoCategory::id)
            .map(truth.ids().categories()::text)
            .collect(Collectors.joining(","));
    return with(
        data.images(),
        List.of("--type", type, "--gt", data.annotations().toString()),
        List.of("--dt", out.resolve(type + ".json").toString(), "--cat-ids", categories));
  }

  private static List<String> labelMaps(
      Path out, DataPaths data, DovetailModel model, Map<String, Object> numbers)
      throws IOException {
    List<String> files =
        List.of(
            "--gt", data.annotations().toString(), "--dt", out.resolve("label_maps").toString());
    if (numbers.containsKey("cityscapes")) {
      return with(data.images(), List.of("--type", "cityscapes-semantic"), files);
    }
    JsonNode labels =
        JsonMapper.builder().build().readTree(out.resolve("config.json").toFile()).path("labels");
    List<String> options =
        new ArrayList<>(
            List.of(
                "--type",
                "semantic",
                "--classes",
                Integer.toString(((Map<?, ?>) numbers.get("IoU_per_class")).size()),
                "--ignore-index",
                Integer.toString(labels.path("ignore").asInt(255))));
    if (labels.path("reduceZero").asBoolean()) {
      options.add("--reduce-zero-label");
    }
    List<String> names = model.classes();
    if (!names.isEmpty()) {
      Path file = out.resolve("classes.txt");
      OutputFile.write(file, String.join("\n", names).getBytes(StandardCharsets.UTF_8));
      options.addAll(List.of("--class-names", file.toString()));
    }
    return with(data.images(), options, files);
  }
}
