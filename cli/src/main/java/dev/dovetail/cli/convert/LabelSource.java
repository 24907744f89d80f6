package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.data.coco.LabelledObject;
import dev.dovetail.data.image.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A data set in another format: its images by name, and what is to be seen in each. */
interface LabelSource {

  /** What is known of one image. */
  record Labelled(Path file, String imageName, Size size, List<LabelledObject> objects) {}

  /** All images that have a name, sorted: file names without the extension. */
  List<String> names();

  /** Where the images are, for errors. */
  Path folder();

  /** The classes in the order of their ids. */
  List<String> classes() throws IOException;

  /** Reads one image's labels. */
  Labelled read(String name) throws IOException;

  /**
   * The files of a folder by their names without the extension, sorted.
   *
   * @throws UsageException if it is no folder or two files differ by their extension alone
   */
  static Map<String, Path> files(String option, Path folder, Predicate<String> wanted)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + folder + " is no folder");
    }
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(file -> wanted.test(file.getFileName().toString()))
          .sorted()
          .forEach(
              file -> {
                Path other = files.put(stem(file.getFileName().toString()), file);
                if (other != null) {
                  throw new UsageException(
                      other + " and " + file + " have one name; an image's name must be its own");
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  /** A file's name without folders and extension. */
  static String stem(String path) {
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
