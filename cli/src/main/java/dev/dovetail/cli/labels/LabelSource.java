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

/** A data set in some format: its images by name, and what is to be seen in each. */
public interface LabelSource {

  /** All images that have a name: paths below a folder without the ending. */
  List<String> names();

  /** Where the images are, for errors. */
  Path folder();

  /** The classes in the order of their numbers. */
  List<CocoCategory> categories() throws IOException;

  /** Reads one image's labels. */
  LabelledImage read(String name) throws IOException;

  /** Whether it is one of label maps, in which every pixel has a class or none. */
  default boolean isMaps() {
    return false;
  }

  /** Classes that are stuff: an image has one segment of each at most. */
  default Set<String> stuff() throws IOException {
    return isMaps()
        ? categories().stream().map(CocoCategory::name).collect(Collectors.toSet())
        : Set.of();
  }

  /** The images themselves, where they are at hand. */
  default Optional<ImageFiles> images() {
    return Optional.empty();
  }

  /** Whether objects have scores, so that they are detections. */
  default boolean isScored() throws IOException {
    return false;
  }

  /** Classes with the ids 1, 2, … */
  static List<CocoCategory> numbered(List<String> names) {
    List<CocoCategory> categories = new ArrayList<>();
    for (String name : names) {
      categories.add(new CocoCategory(categories.size() + 1, name, ""));
    }
    return categories;
  }

  /**
   * The files of a folder and of those below it, sorted, by their paths without the ending.
   *
   * @throws UsageException if it is not a folder or two files differ by their ending alone
   */
  static Map<String, Path> files(String option, Path folder, Set<String> endings)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + folder + " is not a folder");
    }
    Map<String, Path> files = new TreeMap<>();
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, endings)) {
        Path other = files.put(DataFolder.stem(folder, file), file);
        if (other != null) {
          throw new UsageException(
              other + " and " + file + " have one name; an image's name must be its own");
        }
      }
    }
    return files;
  }
}
