package dev.dovetail.formats.semantic;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
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
import java.util.stream.Collectors;

/**
 * A directory of images and a directory of label maps (ADE20K's layout: {@code
 * images/validation/NAME.jpg} and {@code annotations/validation/NAME.png}). Files are matched by
 * their paths without extension; those of Cityscapes ({@code NAME_leftImg8bit.png}, {@code
 * NAME_gtFine_labelIds.png}) by their common prefix.
 *
 * @param pairs images with a label map, sorted by name
 * @param unlabelled images without a label map, sorted
 * @param unused label maps without an image, sorted
 * @param values the meaning of the values in the label maps
 */
public record SemanticDataset(
    List<Pair> pairs, List<Path> unlabelled, List<Path> unused, Values values) {

  /** The meaning of the values in the label maps. */
  public enum Values {
    /** Values without a known meaning. */
    UNKNOWN(Map.of()),
    /** Label ids of Cityscapes. */
    CITYSCAPES_IDS(CityscapesLabel.trainIds()),
    /** Train ids of Cityscapes. */
    CITYSCAPES_TRAIN_IDS(
        CityscapesLabel.classes().stream()
            .collect(Collectors.toMap(CityscapesLabel::trainId, CityscapesLabel::trainId)));

    private final Map<Integer, Integer> table;

    Values(Map<Integer, Integer> table) {
      this.table = Map.copyOf(table);
    }

    /** {@return class by value; other values are ignored; empty if the meaning is unknown} */
    public Map<Integer, Integer> table() {
      return table;
    }

    /** {@return whether the classes are the 19 of Cityscapes} */
    public boolean areCityscapes() {
      return !table.isEmpty();
    }
  }

  private static final Set<String> LABELS = Set.of("png");

  /**
   * An image with its label map. Its name is the path below the directory without the extension.
   */
  public record Pair(String name, Path image, Path labels) {

    /**
     * Reads the label map.
     *
     * @param size of the image and the map
     * @return the map
     * @throws BadImageException if it is damaged, contains colors or has another size
     */
    public LabelMap readLabels(Size size) throws IOException {
      return LabelPng.read(labels, image, size);
    }
  }

  /**
   * Copies the lists.
   *
   * @param pairs images with a label map, sorted by name
   * @param unlabelled images without a label map, sorted
   * @param unused label maps without an image, sorted
   * @param values the meaning of the values in the label maps
   */
  public SemanticDataset {
    pairs = List.copyOf(pairs);
    unlabelled = List.copyOf(unlabelled);
    unused = List.copyOf(unused);
  }

  /**
   * Searches both directories and their subdirectories without opening files.
   *
   * @param images the directory of images
   * @param annotations the directory of label maps
   * @return the data set
   * @throws IOException if a directory is missing, two files have the same name, or nothing matches
   */
  public static SemanticDataset open(Path images, Path annotations) throws IOException {
    SortedMap<String, Path> imageFiles = files(images, ImageFormat.ENDINGS, "image");
    if (imageFiles.keySet().stream().anyMatch(CityscapesFiles::isImage)) {
      CityscapesFiles.Maps maps =
          CityscapesFiles.maps(
              annotations, List.of(CityscapesFiles.Kind.LABEL_IDS, CityscapesFiles.Kind.TRAIN_IDS));
      boolean ids = maps.kind() == CityscapesFiles.Kind.LABEL_IDS;
      return matched(
          images,
          imageFiles,
          annotations,
          maps.files(),
          ids ? Values.CITYSCAPES_IDS : Values.CITYSCAPES_TRAIN_IDS);
    }
    return matched(
        images, imageFiles, annotations, files(annotations, LABELS, "label map"), Values.UNKNOWN);
  }

  private static SemanticDataset matched(
      Path images,
      SortedMap<String, Path> imageFiles,
      Path annotations,
      SortedMap<String, Path> labelFiles,
      Values values)
      throws IOException {
    List<Pair> pairs = new ArrayList<>();
    List<Path> unlabelled = new ArrayList<>();
    for (Map.Entry<String, Path> image : imageFiles.entrySet()) {
      Path labels = labelFiles.remove(name(image.getKey(), values));
      if (labels == null) {
        unlabelled.add(image.getValue());
      } else {
        pairs.add(new Pair(image.getKey(), image.getValue(), labels));
      }
    }
    if (pairs.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "none of the %d images in %s has a label map in %s: expected %s for %s",
              imageFiles.size(),
              images,
              annotations,
              annotations.resolve(expected(name(imageFiles.firstKey(), values), values)),
              imageFiles.get(imageFiles.firstKey())));
    }
    return new SemanticDataset(pairs, unlabelled, List.copyOf(labelFiles.values()), values);
  }

  /** Returns the prefix of the file name of an image's label map. */
  private static String name(String image, Values values) {
    return values.areCityscapes() ? CityscapesFiles.core(image) : image;
  }

  private static String expected(String name, Values values) {
    return switch (values) {
      case UNKNOWN -> name + ".png";
      case CITYSCAPES_IDS -> CityscapesFiles.Kind.LABEL_IDS.file(name);
      case CITYSCAPES_TRAIN_IDS -> CityscapesFiles.Kind.TRAIN_IDS.file(name);
    };
  }

  private static SortedMap<String, Path> files(Path folder, Set<String> endings, String kind)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder + " is not a directory; expected a directory with one " + kind + " per file");
    }
    SortedMap<String, Path> files = new TreeMap<>();
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, endings)) {
        Path other = files.put(DataFolder.stem(folder, file), file);
        if (other != null) {
          throw new IOException(
              "both "
                  + other
                  + " and "
                  + file
                  + " can be the "
                  + kind
                  + " of the same name; keep one");
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(
          "there are no "
              + kind
              + "s in "
              + folder
              + " (files ending in "
              + String.join(", ", new TreeSet<>(endings))
              + ")");
    }
    return files;
  }
}
