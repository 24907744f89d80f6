package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A data set in another format: its images by name, and what is to be seen in each. */
interface LabelSource {

  /** What is known of one image. */
  record Labelled(Path file, String imageName, Size size, List<LabelledObject> objects) {}

  /** All images that have a name, sorted: paths below the folder without the ending. */
  List<String> names();

  /** Where the images are, for errors. */
  Path folder();

  /** The classes in the order of their ids. */
  List<String> classes() throws IOException;

  /** Reads one image's labels. */
  Labelled read(String name) throws IOException;

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
