package dev.dovetail.data.semantic;

import dev.dovetail.data.image.BadImageException;
import dev.dovetail.data.image.Size;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder of images and one of label maps (ADE20K's layout: {@code images/validation/NAME.jpg} and
 * {@code annotations/validation/NAME.png}), matched by their paths without the extension.
 *
 * @param pairs what has both, sorted by name
 * @param unlabelled images without a label map, sorted
 * @param unused label maps without an image, sorted
 */
public record SemanticDataset(List<Pair> pairs, List<Path> unlabelled, List<Path> unused) {

  private static final Set<String> IMAGES = Set.of("jpg", "jpeg", "png", "webp", "bmp", "gif");
  private static final Set<String> LABELS = Set.of("png");

  /** An image with its label map. Its name is the path below the folder without the extension. */
  public record Pair(String name, Path image, Path labels) {

    /**
     * Reads the label map.
     *
     * @param size of the image, which the map must have
     * @return the map
     * @throws BadImageException where it is damaged, holds colours or is of another size
     */
    public LabelMap readLabels(Size size) throws IOException {
      return LabelPng.read(labels, image, size);
    }
  }

  /**
   * Copies the lists.
   *
   * @param pairs what has both, sorted by name
   * @param unlabelled images without a label map, sorted
   * @param unused label maps without an image, sorted
   */
  public SemanticDataset {
    pairs = List.copyOf(pairs);
    unlabelled = List.copyOf(unlabelled);
    unused = List.copyOf(unused);
  }

  /**
   * Looks through both folders and what is below them; no file is opened.
   *
   * @param images the folder of images
   * @param annotations the folder of label maps
   * @return what was found
   * @throws IOException where a folder is missing, two files have one name, or nothing matches
   */
  public static SemanticDataset open(Path images, Path annotations) throws IOException {
    SortedMap<String, Path> imageFiles = files(images, IMAGES, "image");
    SortedMap<String, Path> labelFiles = files(annotations, LABELS, "label map");
    List<Pair> pairs = new ArrayList<>();
    List<Path> unlabelled = new ArrayList<>();
    for (Map.Entry<String, Path> image : imageFiles.entrySet()) {
      Path labels = labelFiles.remove(image.getKey());
      if (labels == null) {
        unlabelled.add(image.getValue());
      } else {
        pairs.add(new Pair(image.getKey(), image.getValue(), labels));
      }
    }
    if (pairs.isEmpty()) {
      throw new IOException(
          String.format(
              "none of the %d images in %s has a label map in %s: there should be %s for %s",
              imageFiles.size(),
              images,
              annotations,
              annotations.resolve(imageFiles.firstKey() + ".png"),
              imageFiles.get(imageFiles.firstKey())));
    }
    return new SemanticDataset(pairs, unlabelled, List.copyOf(labelFiles.values()));
  }

  /** {@return a sentence for each kind of file that has no partner; empty where all have one} */
  public List<String> complaints() {
    List<String> sentences = new ArrayList<>();
    if (!unlabelled.isEmpty()) {
      sentences.add(sentence(unlabelled, "image", "has no label map", "have no label map"));
    }
    if (!unused.isEmpty()) {
      sentences.add(sentence(unused, "label map", "has no image", "have no image"));
    }
    return sentences;
  }

  private static String sentence(List<Path> files, String kind, String one, String many) {
    if (files.size() == 1) {
      return "the " + kind + " " + files.get(0) + " " + one;
    }
    return files.size() + " " + kind + "s " + many + ", first " + files.get(0);
  }

  private static SortedMap<String, Path> files(Path folder, Set<String> extensions, String kind)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder + " is no folder; a folder with one " + kind + " a file was expected");
    }
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) below::iterator) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        int dot = path.lastIndexOf('.');
        boolean hidden = file.getFileName().toString().startsWith(".");
        if (dot < 0
            || hidden
            || !extensions.contains(path.substring(dot + 1).toLowerCase(Locale.ROOT))) {
          continue;
        }
        Path other = files.put(path.substring(0, dot), file);
        if (other != null) {
          throw new IOException(
              "both "
                  + other
                  + " and "
                  + file
                  + " could be the "
                  + kind
                  + " of one name; keep one");
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(
          "there is no "
              + kind
              + " in "
              + folder
              + " (files ending in "
              + String.join(", ", new TreeSet<>(extensions))
              + ")");
    }
    return files;
  }
}
