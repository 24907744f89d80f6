package dev.dovetail.formats.classification;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Images with one class each, in the layout of torchvision's {@code ImageFolder}: {@code
 * FOLDER/CLASS/…/NAME.jpg}. Directories and files whose names begin with a dot are ignored.
 *
 * @param folder the directory that contains one directory for each class
 * @param classes the names of the classes' directories, in the order of their labels
 * @param entries the images, by label and then by path
 */
public record ImageFolder(Path folder, List<String> classes, List<Entry> entries) {

  /** Names of directories that usually contain a split of a data set instead of a class. */
  private static final Set<String> SPLITS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  /** The number of names in a message. ImageNet has a thousand. */
  private static final int SHOWN = 20;

  /**
   * An image.
   *
   * @param name its path below the directory, with {@code /} between the parts: {@code cat/1.jpg}
   * @param file its path
   * @param label the index of its class
   */
  public record Entry(String name, Path file, int label) {}

  /**
   * Copies the lists.
   *
   * @param folder the directory that contains one directory for each class
   * @param classes the names of the classes' directories, in the order of their labels
   * @param entries the images, by label and then by path
   */
  public ImageFolder {
    classes = List.copyOf(classes);
    entries = List.copyOf(entries);
  }

  /**
   * Finds the images without opening them.
   *
   * @param folder the directory that contains one directory for each class
   * @param classes the names of the directories in the order of their labels, such as those of
   *     another split of the same data set; empty for all directories, sorted
   * @param warnings collects anomalies: a class without images, and ignored directories and images
   * @return the images
   * @throws IOException if the directory cannot be read, a class has no directory, or there are
   *     fewer than two classes or no images
   */
  public static ImageFolder open(Path folder, List<String> classes, Warnings warnings)
      throws IOException {
    List<String> found = directories(folder);
    int loose = looseImages(folder);
    List<String> chosen = classes.isEmpty() ? found : classes;
    check(folder, found, chosen, loose);
    warn(folder, found, chosen, loose, warnings);
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < chosen.size(); label++) {
      Path ofClass = folder.resolve(chosen.get(label));
      int before = entries.size();
      for (Path file : DataFolder.files(ofClass)) {
        if (isImage(file)) {
          entries.add(new Entry(name(folder, file), file, label));
        }
      }
      if (entries.size() == before) {
        warnings.add("a class without images (" + endings() + ")", ofClass::toString);
      }
    }
    if (entries.isEmpty()) {
      throw new FormatException(
          folder + ": no class has an image (" + endings() + "); the classes are " + shown(chosen));
    }
    return new ImageFolder(folder, chosen, entries);
  }

  /**
   * {@return the names of the directories that may be classes, in the order of Python's {@code
   * sorted}, by code points}
   *
   * @param folder the directory that contains one directory for each class
   * @throws IOException if it cannot be read
   */
  public static List<String> directories(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder
              + (Files.exists(folder) ? " is not a directory" : " does not exist")
              + "; expected a directory with one directory of images for each class");
    }
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> content =
        Files.newDirectoryStream(
            folder, entry -> Files.isDirectory(entry) && !DataFolder.isHidden(entry))) {
      content.forEach(entry -> found.add(entry.getFileName().toString()));
    }
    found.sort((a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray()));
    return found;
  }

  private static int looseImages(Path folder) throws IOException {
    return (int) DataFolder.files(folder, 1).stream().filter(ImageFolder::isImage).count();
  }

  private static boolean isImage(Path file) {
    return !DataFolder.isHidden(file) && DataFolder.hasEnding(file, ImageFormat.ENDINGS);
  }

  private static String name(Path folder, Path file) {
    List<String> parts = new ArrayList<>();
    folder.relativize(file).forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  private static String endings() {
    return "files ending in " + String.join(", ", new TreeSet<>(ImageFormat.ENDINGS));
  }

  private static String shown(List<String> names) {
    return names.size() <= SHOWN
        ? names.toString()
        : names.stream().limit(SHOWN).collect(Collectors.joining(", ", "[", ", … "))
            + (names.size() + " in all]");
  }

  private static void check(Path folder, List<String> found, List<String> chosen, int loose)
      throws FormatException {
    if (found.isEmpty()) {
      throw new FormatException(
          folder
              + " contains no directories of classes"
              + (loose > 0 ? ", only images" : "")
              + ("; expected " + folder.resolve("CLASS").resolve("NAME.jpg")));
    }
    Set<String> met = new HashSet<>();
    for (String name : chosen) {
      if (!met.add(name)) {
        throw new FormatException(folder + ": the class '" + name + "' is listed twice");
      }
      if (!found.contains(name)) {
        throw new FormatException(
            folder
                + (" contains no directory for the class '" + name + "'; its directories are ")
                + shown(found));
      }
    }
    if (chosen.size() < 2) {
      throw new FormatException(
          folder
              + (" has only one class, " + chosen.get(0))
              + "; expected two or more, each a directory of images");
    }
  }

  private static void warn(
      Path folder, List<String> found, List<String> chosen, int loose, Warnings warnings)
      throws FormatException {
    if (found.stream().allMatch(name -> SPLITS.contains(name.toLowerCase(Locale.ROOT)))) {
      warnings.add(
          "directories named like splits of a data set are used as classes; specify one of them"
              + " instead",
          () -> folder + " with " + found);
    }
    for (String name : found) {
      if (!chosen.contains(name)) {
        warnings.add(
            "directories that are not classes (ignored)", () -> folder.resolve(name).toString());
      }
    }
    if (loose > 0) {
      warnings.add(
          "images beside the directories of the classes (ignored)",
          () -> folder + " with " + loose);
    }
  }
}
