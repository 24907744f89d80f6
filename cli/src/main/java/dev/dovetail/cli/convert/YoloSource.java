package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.yolo.YoloLabels;
import dev.dovetail.images.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A folder of images and one of YOLO's label files; an image without labels shows nothing. */
final class YoloSource implements LabelSource {

  /** Many programs write the names of the classes beside the labels. */
  private static final Pattern CLASSES = Pattern.compile("(.*/)?classes");

  private final Path folder;
  private final Map<String, Path> images;
  private final Map<String, Path> labels;
  private final List<String> classes;
  private final boolean detections;
  private final Warnings warnings;

  /**
   * Lists the folders.
   *
   * @throws UsageException if there is no image
   */
  YoloSource(Path images, Path labels, List<String> classes, boolean detections, Warnings warnings)
      throws IOException {
    this.folder = images;
    this.images = LabelSource.files("--images", images, ImageFormat.ENDINGS);
    this.labels = LabelSource.files("--labels", labels, Set.of("txt"));
    this.classes = classes;
    this.detections = detections;
    this.warnings = warnings;
    if (this.images.isEmpty()) {
      throw new UsageException("there are no images in the folder " + images);
    }
    for (Map.Entry<String, Path> label : this.labels.entrySet()) {
      if (!this.images.containsKey(label.getKey()) && !CLASSES.matcher(label.getKey()).matches()) {
        warnings.add("label files without an image (left out)", () -> label.getValue().toString());
      }
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(images.keySet());
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Labelled read(String name) throws IOException {
    Path image = images.get(name);
    // Labels are fractions of the upright image, so that its EXIF orientation matters.
    Size size = ImageReader.read(image).size();
    Path file = labels.get(name);
    List<LabelledObject> objects =
        file == null ? List.of() : YoloLabels.read(file, size, classes, detections, warnings);
    String below = folder.relativize(image).toString();
    return new Labelled(file == null ? image : file, below, size, objects);
  }
}
