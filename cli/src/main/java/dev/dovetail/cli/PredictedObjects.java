package dev.dovetail.cli;

import dev.dovetail.Prediction;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.LabelTarget;
import dev.dovetail.cli.labels.TargetRequest;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
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

/** Writes detected objects in any format that can store scores. */
final class PredictedObjects implements PredictedFiles {

  private final List<LabelFormat> formats;
  private final List<String> classes;
  private final Path out;
  private final Warnings warnings;
  private final Map<Integer, LabelledImage> images = new ConcurrentSkipListMap<>();

  /**
   * Creates the files.
   *
   * @param formats the formats other than {@code json}
   * @param classes the class names
   * @param warnings counts data that cannot be written
   */
  PredictedObjects(List<LabelFormat> formats, List<String> classes, Path out, Warnings warnings) {
    this.formats = formats;
    this.classes = classes;
    this.out = out;
    this.warnings = warnings;
  }

  @Override
  public void add(int index, Path file, String name, Prediction prediction) {
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

  @Override
  public void finish() throws IOException {
    for (LabelFormat format : formats) {
      switch (format) {
        case COCO -> {
          write(format, out.resolve("bbox.json"), LabelledObject::boxAlone);
          if (images.values().stream()
              .anyMatch(i -> i.objects().stream().anyMatch(LabelledObject::hasMask))) {
            write(format, out.resolve("segm.json"), UnaryOperator.identity());
          }
        }
        case CSV -> write(format, out.resolve("results.csv"), o -> o);
        case CVAT -> write(format, out.resolve("annotations.xml"), o -> o);
        case LABEL_STUDIO -> write(format, out.resolve("tasks.json"), o -> o);
        case LABELME -> write(format, out.resolve("labelme"), o -> o);
        case VOC -> write(format, out, LabelledObject::boxAlone);
        default -> write(format, out, o -> o);
      }
    }
  }

  private void write(LabelFormat format, Path place, UnaryOperator<LabelledObject> change)
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
            place,
            LabelSource.numbered(names),
            true,
            null,
            Pixels.FROM_ONE,
            false,
            Set.of(),
            warnings);
    try (LabelTarget target = format.create(request)) {
      for (LabelledImage image : images.values()) {
        target.add(image.with(image.objects().stream().map(change).toList()));
      }
      target.finish();
    }
  }

  @Override
  public void close() {
    // Nothing is open between the calls.
  }
}
