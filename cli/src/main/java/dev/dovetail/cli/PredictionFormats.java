package dev.dovetail.cli;

import dev.dovetail.DovetailModel;
import dev.dovetail.Prediction;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.LabelTarget;
import dev.dovetail.cli.labels.TargetRequest;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Segmentation;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The files in which {@code predict} lists the objects of all images. */
final class PredictionFormats {

  @Option(
      names = "--format",
      split = ",",
      defaultValue = "json",
      paramLabel = "FORMAT",
      converter = LabelFormat.DetectionNames.class,
      completionCandidates = LabelFormat.DetectionNames.class,
      description =
          "output formats of objects, one or more of ${COMPLETION-CANDIDATES}; 'score' and"
              + " 'convert' read them (default: json, which is results.json)")
  private List<LabelFormat> formats;

  private final Map<Integer, LabelledImage> images = new ConcurrentSkipListMap<>();
  private List<String> classes = List.of();

  /** Returns whether {@code results.json} is written. */
  boolean hasJson() {
    return formats.contains(LabelFormat.JSON);
  }

  private boolean hasOthers() {
    return !Set.of(LabelFormat.JSON).containsAll(formats);
  }

  /**
   * Checks that the files can be written, before the images are processed.
   *
   * @throws UsageException if the model does not predict objects, or {@code --out} is missing
   */
  void prepare(DovetailModel model, Path out) throws IOException {
    if (!hasOthers()) {
      return;
    }
    if (!model.findsObjects()) {
      throw new UsageException(
          "--format: a model with the task '"
              + model.task()
              + "' does not predict boxes; omit the option");
    }
    classes = model.classes();
    OutputFile.createFolder(out);
  }

  /** Adds the objects of an image. */
  void add(int index, Path file, String name, Prediction prediction) {
    if (!hasOthers()) {
      return;
    }
    Detections found = prediction.detections();
    double[] boxes = found.xywh();
    List<LabelledObject> objects = new ArrayList<>();
    for (int i = 0; i < found.count(); i++) {
      int at = 4 * i;
      objects.add(
          new LabelledObject(
              name(found.labels()[i]),
              new Box(boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]),
              found.hasMasks() ? Segmentation.of(found.masks()[i]) : Segmentation.Absent.INSTANCE,
              found.scores()[i],
              false));
    }
    images.put(
        index, new LabelledImage(file.toString(), name, file.toString(), found.image(), objects));
  }

  private String name(int label) {
    return label < classes.size() ? classes.get(label) : Integer.toString(label);
  }

  /**
   * Writes the files.
   *
   * @return warnings
   */
  List<Warnings.Entry> write(Path out) throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    for (LabelFormat format : formats) {
      switch (format) {
        case JSON -> {} // written with the results of other tasks
        case COCO -> {
          write(format, out.resolve("bbox.json"), LabelledObject::boxAlone, warnings);
          if (images.values().stream()
              .anyMatch(i -> i.objects().stream().anyMatch(LabelledObject::hasMask))) {
            write(format, out.resolve("segm.json"), UnaryOperator.identity(), warnings);
          }
        }
        case CSV -> write(format, out.resolve("results.csv"), o -> o, warnings);
        case CVAT -> write(format, out.resolve("annotations.xml"), o -> o, warnings);
        case LABEL_STUDIO -> write(format, out.resolve("tasks.json"), o -> o, warnings);
        case LABELME -> write(format, out.resolve("labelme"), o -> o, warnings);
        case VOC -> write(format, out, LabelledObject::boxAlone, warnings);
        default -> write(format, out, o -> o, warnings);
      }
    }
    return warnings.entries();
  }

  private void write(
      LabelFormat format, Path place, UnaryOperator<LabelledObject> change, Warnings warnings)
      throws IOException {
    List<String> names = new ArrayList<>(classes);
    images.values().stream()
        .flatMap(image -> image.objects().stream())
        .map(LabelledObject::category)
        .filter(name -> !classes.contains(name))
        .distinct()
        .sorted()
        .forEach(names::add);
    TargetRequest request =
        new TargetRequest(
            place, LabelSource.numbered(names), true, null, Pixels.FROM_ONE, false, warnings);
    try (LabelTarget target = format.create(request)) {
      for (LabelledImage image : images.values()) {
        target.add(image.with(image.objects().stream().map(change).toList()));
      }
      target.finish();
    }
  }
}
