package dev.dovetail.cli.labels;

import java.util.Optional;
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
 * What is to be read.
 *
 * @param labels the file or folder
 * @param images that the labels are about; null where they are not at hand
 * @param classes in the order of their numbers; empty where nobody says
 * @param detections whether the labels are detections with scores
 * @param pixels what the numbers of VOC's boxes mean
 * @param warnings counts what is odd
 */
public record LabelRequest(
    Path labels,
    @Nullable Images images,
    List<String> classes,
    boolean detections,
    Pixels pixels,
    Warnings warnings) {

  /** Folders above the labels in which a set's list of classes may be. */
  private static final int ABOVE = 2;

  interface Reading {
    LabelledImage read(String name) throws IOException;
  }

  /** Sizes of images that the labels leave out. */
  ImageSizes sizes() {
    return images == null ? ImageSizes.UNKNOWN : images;
  }

  /** The file of an image among those at hand, else its name with an ending. */
  String imageFile(String name, String ending) {
    return images == null ? name + ending : images.file(name).orElse(name + ending);
  }

  /** The folder of the usual name in the labels, if there is one, else the labels. */
  Path folder(String usual) {
    Path inner = labels.resolve(usual);
    return Files.isDirectory(inner) ? inner : labels;
  }

  /** The classes of the request, or else all that occur, by the alphabet. */
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
   * The classes of the request, or else those of a file beside the labels or above them.
   *
   * @param files their names
   * @return empty if there is no such file
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
