package dev.dovetail.train.data;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageSource;
import dev.dovetail.train.data.augment.AnnotatedImage;
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

/**
 * Images with a class each, in the layout of torchvision's {@code ImageFolder}: {@code
 * FOLDER/CLASS/…/NAME.jpg}. The classes are the names of the folders in the order of Python's
 * {@code sorted}, by code points. What begins with a dot is not data, neither a folder nor a file.
 */
public final class ImageFolderTrainingSet implements TrainingSet {

  /** Names of folders that hold parts of a data set rather than a class. */
  private static final Set<String> SPLITS =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  private final List<String> classes;
  private final List<Entry> entries;

  private record Entry(Path file, int imageClass) {}

  private ImageFolderTrainingSet(List<String> classes, List<Entry> entries) {
    this.classes = List.copyOf(classes);
    this.entries = List.copyOf(entries);
  }

  /**
   * Finds the images; none is opened.
   *
   * @param folder holds a folder for each class
   * @param classes the names of the folders in the order of their labels, such as those of another
   *     part of the same data set; empty for all folders, sorted
   * @param warnings takes what is odd: a class without images, folders and images that are left out
   * @return the set
   * @throws IOException if the folder cannot be read, a class has no folder, there are fewer than
   *     two classes, or there is no image
   */
  public static ImageFolderTrainingSet open(Path folder, List<String> classes, Warnings warnings)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder
              + (Files.exists(folder) ? " is not a directory" : " does not exist")
              + "; a directory with one directory of images a class was expected");
    }
    List<String> found = new ArrayList<>();
    int loose = 0;
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      for (Path entry : content) {
        if (Files.isDirectory(entry) && !DataFolder.isHidden(entry)) {
          found.add(entry.getFileName().toString());
        } else if (isImage(entry)) {
          loose++;
        }
      }
    }
    found.sort((a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray()));
    List<String> chosen = classes.isEmpty() ? found : classes;
    check(folder, found, chosen, loose);
    warn(folder, found, chosen, loose, warnings);
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < chosen.size(); label++) {
      Path ofClass = folder.resolve(chosen.get(label));
      int before = entries.size();
      for (Path file : DataFolder.files(ofClass)) {
        if (isImage(file)) {
          entries.add(new Entry(file, label));
        }
      }
      if (entries.size() == before) {
        warnings.add(
            "a class without images (" + endings() + ") cannot be learned", ofClass::toString);
      }
    }
    if (entries.isEmpty()) {
      throw new FormatException(
          folder + ": no class has an image (" + endings() + "); the classes are " + chosen);
    }
    return new ImageFolderTrainingSet(chosen, entries);
  }

  private static boolean isImage(Path file) {
    return !DataFolder.isHidden(file) && DataFolder.hasEnding(file, ImageFormat.ENDINGS);
  }

  private static String endings() {
    return "files ending in " + String.join(", ", new TreeSet<>(ImageFormat.ENDINGS));
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
            folder + " has no directory of the class '" + name + "'; its directories are " + found);
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

  /** {@return the names of the classes, in the order of their labels} */
  public List<String> classes() {
    return classes;
  }

  /** {@return how many images are trained on, as a part of a sentence} */
  public String summary() {
    return count() + " images in " + classes.size() + " classes";
  }

  @Override
  public int count() {
    return entries.size();
  }

  @Override
  public String name(int image) {
    return entries.get(image).file().toString();
  }

  @Override
  public Size size(int image) throws IOException {
    return ImageSource.of(entries.get(image).file()).size();
  }

  @Override
  public AnnotatedImage read(int image) throws IOException {
    Entry entry = entries.get(image);
    return AnnotatedImage.ofClass(ImageReader.read(entry.file()), entry.imageClass());
  }
}
