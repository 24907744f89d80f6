package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.TextFile;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.yolo.ClassNames;
import dev.dovetail.formats.yolo.DataYaml;
import dev.dovetail.formats.yolo.YoloLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Images and YOLO label files. An image without a label file has no objects. */
final class YoloSource implements LabelSource {

  /** Files in which many programs write the class names, next to the labels. */
  private static final Pattern CLASSES = Pattern.compile("(.*/)?classes");

  private final Images images;
  private final Map<String, Path> labels;
  private final List<String> classes;
  private final LabelRequest request;

  private YoloSource(
      Images images, Map<String, Path> labels, List<String> classes, LabelRequest request) {
    this.images = images;
    this.labels = labels;
    this.classes = classes;
    this.request = request;
  }

  /**
   * Opens a directory of labels.
   *
   * @throws UsageException if the directory of images or the class names are missing, or there are
   *     no images
   */
  static YoloSource of(LabelRequest request) throws IOException {
    List<String> classes = request.classesBeside("data.yaml", "classes.txt");
    if (request.images() == null || classes.isEmpty()) {
      throw new UsageException(
          "--from yolo needs --images DIR and --classes FILE, since its labels are fractions"
              + " and class numbers; alternatively, specify a data.yaml with --labels, or put"
              + " one with the class names next to the labels");
    }
    Path folder = request.folder("labels");
    Map<String, Path> labels = new HashMap<>();
    PathIndex<String> index = new PathIndex<>();
    Set<String> known = new HashSet<>(request.images().names());
    known.forEach(name -> index.add(name, name));
    boolean exact = request.images() instanceof ImageFiles;
    for (Map.Entry<String, Path> file :
        LabelSource.files("--labels", folder, Set.of("txt")).entrySet()) {
      String label = file.getKey();
      List<String> found =
          exact ? known.contains(label) ? List.of(label) : List.of() : index.find(label);
      if (found.size() == 1) {
        Path other = labels.put(found.get(0), file.getValue());
        if (other != null) {
          throw new FormatException(
              file.getValue() + ": labels the image \"" + found.get(0) + "\", as does " + other);
        }
      } else if (!CLASSES.matcher(label).matches()) {
        request
            .warnings()
            .add("label files without an image (ignored)", () -> file.getValue().toString());
      }
    }
    return checked(request.images(), labels, classes, request);
  }

  /**
   * Opens one split of a data set described by a {@code data.yaml}. Labels are located as in
   * Ultralytics: the path of the image, with the last {@code images} replaced by {@code labels}.
   *
   * @param part train, val or test; null if there is only one
   * @throws UsageException if the split is ambiguous or not in the file
   */
  static YoloSource ofYaml(LabelRequest request, String part) throws IOException {
    Path yaml = request.labels();
    Map<String, List<Path>> parts = DataYaml.parts(yaml);
    if (part == null && parts.size() > 1 || part != null && !parts.containsKey(part)) {
      throw new UsageException(
          yaml
              + " has the splits "
              + String.join(", ", parts.keySet())
              + (part == null ? "; select one with --part" : ", but not \"" + part + "\""));
    }
    List<Path> places = part == null ? parts.values().iterator().next() : parts.get(part);
    Map<String, Path> files = new LinkedHashMap<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        LabelSource.files("data.yaml:", place, ImageFormat.ENDINGS)
            .forEach((name, file) -> put(yaml, files, name, file));
      } else {
        for (String line : TextFile.lines(place)) {
          if (!line.isBlank()) {
            Path file = place.resolveSibling(line.strip()).normalize();
            put(yaml, files, LabelledImage.stem(line.strip().replaceFirst("^\\./", "")), file);
          }
        }
      }
    }
    Map<String, Path> labels = new HashMap<>();
    files.forEach(
        (name, file) -> {
          Path label = labels(file);
          if (Files.exists(label)) {
            labels.put(name, label);
          }
        });
    Path folder = places.get(0);
    if (labels.isEmpty() && !files.isEmpty()) {
      request
          .warnings()
          .add(
              "splits without any label files (no objects)",
              () -> yaml + ": " + labels(files.values().iterator().next()) + " does not exist");
    }
    List<String> classes = request.classes().isEmpty() ? names(yaml) : request.classes();
    return checked(new ImageFiles(folder, files), labels, classes, request);
  }

  private static List<String> names(Path yaml) throws IOException {
    return ClassNames.read(yaml);
  }

  private static void put(Path yaml, Map<String, Path> files, String name, Path file) {
    Path other = files.put(name, file);
    if (other != null && !other.equals(file)) {
      throw new UsageException(
          yaml + ": " + other + " and " + file + " have the same name; image names must be unique");
    }
  }

  private static Path labels(Path image) {
    String path = image.toString();
    String images = "/images/";
    int at = path.replace('\\', '/').lastIndexOf(images);
    String labelled =
        at < 0 ? path : path.substring(0, at) + "/labels/" + path.substring(at + images.length());
    return Path.of(LabelledImage.stem(labelled) + ".txt");
  }

  private static YoloSource checked(
      Images images, Map<String, Path> labels, List<String> classes, LabelRequest request) {
    if (images.names().isEmpty()) {
      throw new UsageException("no images in the directory " + images.folder());
    }
    return new YoloSource(images, labels, classes, request);
  }

  @Override
  public List<String> names() {
    return images.names();
  }

  @Override
  public Path folder() {
    return images.folder();
  }

  @Override
  public Optional<ImageFiles> images() {
    return images instanceof ImageFiles files ? Optional.of(files) : Optional.empty();
  }

  @Override
  public List<CocoCategory> categories() {
    return LabelSource.numbered(classes);
  }

  @Override
  public LabelledImage read(String name) throws IOException {
    Size size = images.size(name);
    Path file = labels.get(name);
    List<LabelledObject> objects =
        file == null
            ? List.of()
            : YoloLabels.read(file, size, classes, request.detections(), request.warnings());
    String fileName = images.fileName(name);
    return new LabelledImage(
        file == null ? fileName : file.toString(), name, fileName, size, objects);
  }
}
