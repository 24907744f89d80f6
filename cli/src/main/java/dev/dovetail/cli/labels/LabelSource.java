package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.coco.CocoCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A data set in one of the formats: its images by name, and their labels. */
public interface LabelSource {

  /** Returns the names of all images: relative paths without extension. */
  List<String> names();

  /** Returns the location of the images, for error messages. */
  Path folder();

  /** Returns the classes in the order of their ids. */
  List<CocoCategory> categories() throws IOException;

  /** Reads one image's labels. */
  LabelledImage read(String name) throws IOException;

  /** Returns whether the labels are label maps, which assign at most one class to each pixel. */
  default boolean isMaps() {
    return false;
  }

  /** Returns the stuff classes: an image has at most one segment of each. */
  default Set<String> stuff() throws IOException {
    return isMaps()
        ? categories().stream().map(CocoCategory::name).collect(Collectors.toSet())
        : Set.of();
  }

  /** Returns the image files, if they are known. */
  default Optional<ImageFiles> images() {
    return Optional.empty();
  }

  /** Returns whether objects have scores and are therefore detections. */
  default boolean isScored() throws IOException {
    return false;
  }

  /** Returns categories with the ids 1, 2, … */
  static List<CocoCategory> numbered(List<String> names) {
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : names) {
      categories.add(new CocoCategory(categories.size() + 1, name, ""));
    }
    return categories;
  }

  /**
   * Returns the files of a directory and its subdirectories, sorted, by relative path without
   * extension.
   *
   * @throws UsageException if the path is not a directory, or two files differ only in their
   *     extension
   */
  static Map<String, Path> files(String option, Path folder, Set<String> endings)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + folder + " is not a directory");
    }
    Map<String, Path> files = new TreeMap<>();
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, endings)) {
        Path other = files.put(DataFolder.stem(folder, file), file);
        if (other != null) {
          throw new UsageException(
              other + " and " + file + " have the same name; image names must be unique");
        }
      }
    }
    return files;
  }
}
