package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.ClassNamesOption;
import dev.dovetail.formats.ImageSizes;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request to read labels.
 *
 * @param labels the file or directory
 * @param images the images of the labels; null if they are not available
 * @param classes class names in the order of their ids; empty if unknown
 * @param detections whether the labels are detections with scores
 * @param pixels the coordinate convention of VOC boxes
 * @param warnings counts irregularities
 */
public record LabelRequest(
    Path labels,
    @Nullable Images images,
    List<String> classes,
    boolean detections,
    Pixels pixels,
    Warnings warnings) {

  /** The number of parent directories of the labels to search for a list of classes. */
  private static final int ABOVE = 2;

  interface Reading {
    LabelledImage read(String name) throws IOException;
  }

  /** Returns the sizes of images, for labels that lack them. */
  ImageSizes sizes() {
    return images == null ? ImageSizes.UNKNOWN : images;
  }

  /** Returns the file of an image if it is known, or else its name with an ending. */
  String imageFile(String name, String ending) {
    return images == null ? name + ending : images.path(name).orElse(name + ending);
  }

  /** Returns the subdirectory with the usual name if it exists, or else the directory of labels. */
  Path folder(String usual) {
    Path inner = labels.resolve(usual);
    return Files.isDirectory(inner) ? inner : labels;
  }

  /** Returns the classes of the request, or else all classes that occur, in alphabetical order. */
  List<CocoCategory> categories(List<String> names, Reading reading) throws IOException {
    if (!classes.isEmpty()) {
      return LabelSource.numbered(classes);
    }
    TreeSet<String> met = new TreeSet<>();
    for (String name : names) {
      for (LabelledObject object : reading.read(name).objects()) {
        met.add(object.category());
      }
    }
    return LabelSource.numbered(List.copyOf(met));
  }

  /**
   * Returns the classes of the request, or else those of a file next to the labels or in a parent
   * directory.
   *
   * @param files the file names to search for
   * @return empty if no such file exists
   */
  List<String> classesBeside(String... files) throws IOException {
    if (!classes.isEmpty()) {
      return classes;
    }
    Path folder = labels.toAbsolutePath().normalize();
    for (int i = 0; i <= ABOVE && folder != null; i++) {
      for (String name : files) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          return ClassNamesOption.read("--classes", file);
        }
      }
      folder = folder.getParent();
    }
    return List.of();
  }
}
