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
 * Images with a class each, in the layout of torchvision's {@code ImageFolder}: {@code
 * FOLDER/CLASS/…/NAME.jpg}. What begins with a dot is not data, neither a folder nor a file.
 *
 * @param folder holds a folder for each class
 * @param classes the names of the classes' folders, in the order of their labels
 * @param entries the images, by label and then by path
 */
public record ImageFolder(Path folder, List<String> classes, List<Entry> entries) {

  /** Names of folders that hold parts of a data set rather than a class. */
  private static final Set<String> SPLITS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  /** How many names a message lists; ImageNet has a thousand. */
  private static final int SHOWN = 20;

  /**
   * An image.
   *
   * @param name its path below the folder, with {@code /} between the parts: {@code cat/1.jpg}
   * @param file where it is
   * @param label the place of its class among the classes
   */
  public record Entry(String name, Path file, int label) {}

  /**
   * Copies the lists.
   *
   * @param folder holds a folder for each class
   * @param classes the names of the classes' folders, in the order of their labels
   * @param entries the images, by label and then by path
   */
  public ImageFolder {
    classes = List.copyOf(classes);
    entries = List.copyOf(entries);
  }

  /**
   * Finds the images; none is opened.
   *
   * @param folder holds a folder for each class
   * @param classes the names of the folders in the order of their labels, such as those of another
   *     part of the same data set; empty for all folders, sorted
   * @param warnings takes what is odd: a class without images, folders and images that are left out
   * @return what was found
   * @throws IOException if the folder cannot be read, a class has no folder, or there are fewer
   *     than two classes or no images
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
   * {@return the names of the folders that may be classes, in the order of Python's {@code sorted},
   * by code points}
   *
   * @param folder holds a folder for each class
   * @throws IOException if it cannot be read
   */
  public static List<String> directories(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder
              + (Files.exists(folder) ? " is not a directory" : " does not exist")
              + "; a directory with one directory of images a class was expected");
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
              + " has no directory of a class"
              + (loose > 0 ? ", but " + loose + " images" : "")
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
                + (" has no directory of the class '" + name + "'; its directories are ")
                + shown(found));
      }
    }
    if (chosen.size() < 2) {
      throw new FormatException(
          folder
              + (" has one class alone, " + chosen.get(0))
              + "; a classifier needs two or more, a directory of images each");
    }
  }

  private static void warn(
      Path folder, List<String> found, List<String> chosen, int loose, Warnings warnings)
      throws FormatException {
    if (found.stream().allMatch(name -> SPLITS.contains(name.toLowerCase(Locale.ROOT)))) {
      warnings.add(
          "directories named like parts of a data set are taken for classes; give one of them",
          () -> folder + " with " + found);
    }
    for (String name : found) {
      if (!chosen.contains(name)) {
        warnings.add(
            "a directory that is none of the classes is left out",
            () -> folder.resolve(name).toString());
      }
    }
    if (loose > 0) {
      warnings.add(
          "images beside the directories of the classes are left out",
          () -> folder + " with " + loose);
    }
  }
}
