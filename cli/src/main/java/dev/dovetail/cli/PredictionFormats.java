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

/** The formats in which {@code predict} writes what is found in all images. */
final class PredictionFormats {

  @Option(
      names = "--format",
      split = ",",
      defaultValue = "json",
      paramLabel = "FORMAT",
      converter = LabelFormat.ResultNames.class,
      completionCandidates = LabelFormat.ResultNames.class,
      description =
          "how results are listed, one or more of ${COMPLETION-CANDIDATES}, which 'score' and"
              + " 'convert' read: masks and those after it are for label maps, the others but json"
              + " for objects, coco for both (default: json, which is results.json)")
  private List<LabelFormat> formats;

  /** Whether {@code results.json} is written. */
  boolean hasJson() {
    return formats.contains(LabelFormat.JSON);
  }

  /** Without that of {@code results.json}, which holds what any task finds. */
  private List<LabelFormat> others() {
    return formats.stream().filter(f -> f != LabelFormat.JSON).distinct().toList();
  }

  /**
   * Makes sure, before long work, that the results of a model have these formats.
   *
   * @throws UsageException if they have not
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
    String task = "a model of the task '" + model.task() + "' ";
    if (possible.isEmpty()) {
      return task + "finds neither objects nor label maps; leave the option out";
    }
    String names = possible.stream().map(LabelFormat::toString).collect(Collectors.joining(", "));
    return task
        + (model.findsObjects() ? "finds objects with scores" : "finds no objects with boxes")
        + "; its formats are "
        + names
        + (possible.contains(LabelFormat.COCO) && !model.findsObjects()
            ? " ('convert --from coco-panoptic' makes objects of its segments)"
            : "");
  }

  /**
   * Begins the files.
   *
   * @param warnings counts what cannot be written
   * @param out null if nothing is written
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
