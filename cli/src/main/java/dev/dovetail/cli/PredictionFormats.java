package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The formats in which {@code predict} writes the results of all images. */
final class PredictionFormats {

  @Option(
      names = "--format",
      split = ",",
      defaultValue = "json",
      paramLabel = "FORMAT",
      converter = LabelFormat.ResultNames.class,
      completionCandidates = LabelFormat.ResultNames.class,
      description =
          "output formats, one or more of ${COMPLETION-CANDIDATES}; 'score' and 'convert' read"
              + " them: masks and those after it are for label maps, the others except json for"
              + " objects, coco for both (default: json, which is results.json)")
  private List<LabelFormat> formats;

  /** Returns whether {@code results.json} is written. */
  boolean hasJson() {
    return formats.contains(LabelFormat.JSON);
  }

  /** Returns the formats other than {@code results.json}, which stores results of any task. */
  private List<LabelFormat> others() {
    return formats.stream().filter(f -> f != LabelFormat.JSON).distinct().toList();
  }

  /**
   * Checks that the model's results can be written in these formats.
   *
   * @throws UsageException if they cannot
   */
  void check(DovetailModel model) {
    Set<LabelFormat> possible =
        model.findsObjects() ? LabelFormat.OF_OBJECTS : PredictedMaps.formats(model);
    for (LabelFormat format : others()) {
      if (!possible.contains(format)) {
        throw new UsageException("--format " + format + ": " + refusal(model, possible));
      }
    }
  }

  private static String refusal(DovetailModel model, Set<LabelFormat> possible) {
    String task = "a model with the task '" + model.task() + "' ";
    if (possible.isEmpty()) {
      return task + "predicts neither objects nor label maps; omit the option";
    }
    String names = possible.stream().map(LabelFormat::toString).collect(Collectors.joining(", "));
    return task
        + (model.findsObjects() ? "predicts objects with scores" : "does not predict boxes")
        + "; its formats are "
        + names
        + (possible.contains(LabelFormat.COCO) && !model.findsObjects()
            ? " ('convert --from coco-panoptic' converts its segments to objects)"
            : "");
  }

  /**
   * Creates the files.
   *
   * @param out the output directory; null if nothing is written
   * @param warnings counts data that cannot be written
   */
  PredictedFiles create(DovetailModel model, @Nullable Path out, Warnings warnings)
      throws IOException {
    List<LabelFormat> others = others();
    if (others.isEmpty() || out == null) {
      return PredictedFiles.NONE;
    }
    OutputFile.createFolder(out);
    return model.findsObjects()
        ? new PredictedObjects(others, model.classes(), out, warnings)
        : new PredictedMaps(others, model, out, warnings);
  }
}
