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
 * A folder of images and one of label maps (ADE20K's layout: {@code images/validation/NAME.jpg} and
 * {@code annotations/validation/NAME.png}), matched by their paths without the extension; images
 * and label maps of Cityscapes ({@code NAME_leftImg8bit.png}, {@code NAME_gtFine_labelIds.png}) by
 * what these have in common.
 *
 * @param pairs what has both, sorted by name
 * @param unlabelled images without a label map, sorted
 * @param unused label maps without an image, sorted
 * @param values what the label maps hold
 */
public record SemanticDataset(
    List<Pair> pairs, List<Path> unlabelled, List<Path> unused, Values values) {

  /** What the label maps of a data set hold. */
  public enum Values {
    /** Numbers whose meaning whoever uses the set knows. */
    UNKNOWN(Map.of()),
    /** Ids of Cityscapes' labels. */
    CITYSCAPES_IDS(CityscapesLabel.trainIds()),
    /** Train ids of Cityscapes' labels. */
    CITYSCAPES_TRAIN_IDS(
        CityscapesLabel.classes().stream()
            .collect(Collectors.toMap(CityscapesLabel::trainId, CityscapesLabel::trainId)));

    private final Map<Integer, Integer> table;

    Values(Map<Integer, Integer> table) {
      this.table = Map.copyOf(table);
    }

    /** {@return value to class, where other values are left out; empty if it is not known} */
    public Map<Integer, Integer> table() {
      return table;
    }

    /** {@return whether the classes are Cityscapes' 19} */
    public boolean areCityscapes() {
      return !table.isEmpty();
    }
  }

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
   * @param values what the label maps hold
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
              "none of the %d images in %s has a label map in %s: there should be %s for %s",
              imageFiles.size(),
              images,
              annotations,
              annotations.resolve(expected(name(imageFiles.firstKey(), values), values)),
              imageFiles.get(imageFiles.firstKey())));
    }
    return new SemanticDataset(pairs, unlabelled, List.copyOf(labelFiles.values()), values);
  }

  /** What the name of an image's label map begins with. */
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
          folder + " is not a folder; a folder with one " + kind + " a file was expected");
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
                  + " could be the "
                  + kind
                  + " of one name; keep one");
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
