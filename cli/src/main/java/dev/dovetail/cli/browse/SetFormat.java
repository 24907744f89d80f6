package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.NamedValues;
import dev.dovetail.cli.labels.DetectionFiles;
import dev.dovetail.cli.labels.FileStart;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.classification.ImageFolder;
import dev.dovetail.formats.datasets.PanopticTruth;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format of a data set.
 *
 * @param name the name of the format on the command line
 * @param labels the format of the annotations; null for {@link #CLASSIFICATION} and {@link #IMAGES}
 */
record SetFormat(String name, @Nullable LabelFormat labels) {

  /** One directory of images per class. */
  static final SetFormat CLASSIFICATION = new SetFormat("classification", null);

  /** Images without annotations. */
  static final SetFormat IMAGES = new SetFormat("images", null);

  /** The file that describes a YOLO data set. */
  static final String YAML = "data.yaml";

  private static final Set<String> PARTS =
      Set.of("train", "val", "valid", "validation", "test", "training", "images", "labels");

  private static List<SetFormat> all() {
    return Stream.concat(
            Arrays.stream(LabelFormat.values()).map(f -> new SetFormat(f.toString(), f)),
            Stream.of(CLASSIFICATION, IMAGES))
        .toList();
  }

  private static SetFormat of(LabelFormat format) {
    return new SetFormat(format.toString(), format);
  }

  /** Returns the kind of annotations in a format. */
  static AnnotationKind kind(LabelFormat format) {
    return switch (format) {
      case COCO_PANOPTIC -> AnnotationKind.SEGMENTS;
      case MASKS, ADE20K, CITYSCAPES_MASKS, VOC_MASKS -> AnnotationKind.LABEL_MAPS;
      default -> AnnotationKind.OBJECTS;
    };
  }

  /** Detects the format of a data set. */
  static SetFormat of(SetRequest request) throws IOException {
    Path set = request.set();
    if (!Files.isDirectory(set)) {
      return ofFile(set);
    }
    Optional<SetFormat> downloaded = downloaded(request);
    if (downloaded.isPresent()) {
      return downloaded.get();
    }
    if (Files.isRegularFile(set.resolve(YAML)) || Files.isDirectory(set.resolve("labels"))) {
      return of(LabelFormat.YOLO);
    }
    if (Files.isDirectory(set.resolve("Annotations"))) {
      return of(LabelFormat.VOC);
    }
    if (Files.isDirectory(set.resolve("SegmentationClass"))) {
      return of(LabelFormat.VOC_MASKS);
    }
    if (request.images().isPresent() && hasOnly(set, "png")) {
      return of(LabelFormat.MASKS);
    }
    Optional<LabelFormat> files = DetectionFiles.formatOfFolder(set);
    if (files.isPresent()) {
      return of(files.get());
    }
    return isOfClasses(request.part(set)) ? CLASSIFICATION : IMAGES;
  }

  private static SetFormat ofFile(Path file) throws IOException {
    if (file.toString().matches("(?i).*\\.ya?ml")) {
      return of(LabelFormat.YOLO);
    }
    LabelFormat format = FileStart.format(file);
    return of(
        format == LabelFormat.COCO && PanopticTruth.maps(file).isPresent()
            ? LabelFormat.COCO_PANOPTIC
            : format);
  }

  /**
   * Returns the format of a data set in its published layout; empty for another layout. Objects
   * take precedence over segments, and segments over label maps.
   */
  private static Optional<SetFormat> downloaded(SetRequest request) throws IOException {
    FormatException first = null;
    for (AnnotationKind kind :
        List.of(AnnotationKind.OBJECTS, AnnotationKind.SEGMENTS, AnnotationKind.LABEL_MAPS)) {
      try {
        Optional<DataPaths> paths = DataPaths.find(request.set(), request.split(), kind);
        if (paths.isEmpty()) {
          return Optional.empty();
        }
        boolean folder = Files.isDirectory(paths.get().annotations());
        return Optional.of(
            of(
                switch (kind) {
                  case OBJECTS -> folder ? LabelFormat.CITYSCAPES : LabelFormat.COCO;
                  case SEGMENTS -> LabelFormat.COCO_PANOPTIC;
                  case LABEL_MAPS -> LabelFormat.ADE20K;
                }));
      } catch (FormatException e) {
        first = first == null ? e : first;
      }
    }
    throw first;
  }

  private static boolean hasOnly(Path folder, String ending) throws IOException {
    List<Path> files = DataFolder.files(folder);
    return files.stream().anyMatch(file -> DataFolder.hasEnding(file, Set.of(ending)))
        && files.stream()
            .filter(file -> DataFolder.hasEnding(file, ImageFormat.ENDINGS))
            .allMatch(file -> DataFolder.hasEnding(file, Set.of(ending)));
  }

  /**
   * Returns whether a directory contains one directory of images per class: two or more
   * directories, none with the name of a split.
   */
  private static boolean isOfClasses(Path folder) throws IOException {
    List<String> names = ImageFolder.directories(folder);
    boolean loose =
        DataFolder.files(folder, 1).stream()
            .anyMatch(file -> DataFolder.hasEnding(file, ImageFormat.ENDINGS));
    return names.size() > 1
        && !loose
        && names.stream().noneMatch(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the directory of the images in a data set: one with a usual name, or the data set. */
  static Path usualImages(Path set) {
    return Stream.of("images", "JPEGImages")
        .map(set::resolve)
        .filter(Files::isDirectory)
        .findFirst()
        .orElse(set);
  }

  /** Reads the name of a format, and lists the names for the help. */
  static final class Names extends NamedValues<SetFormat> {
    Names() {
      super("format", SetFormat::all, SetFormat::name);
    }
  }
}
