package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.formats.semantic.SemanticDataset;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageReader;
import dev.dovetail.images.ImageSource;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Instances;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images with a class for each pixel.
 *
 * @param pairs the images and their label maps
 * @param range the meaning of the values in the maps
 * @param table maps values to classes and replaces {@code range}; other values are ignored; empty
 *     for no table
 */
public record LabelMapTrainingSet(
    List<SemanticDataset.Pair> pairs, LabelRange range, Map<Integer, Integer> table)
    implements TrainingSet {

  /**
   * Creates a set whose label maps have the values of a range.
   *
   * @param pairs the images and their label maps
   * @param range the meaning of the values in the maps
   * @throws IllegalArgumentException if there are no images or more than 255 classes
   */
  public LabelMapTrainingSet(List<SemanticDataset.Pair> pairs, LabelRange range) {
    this(pairs, range, Map.of());
  }

  /**
   * Copies the list and validates the number of classes.
   *
   * @param pairs the images and their label maps
   * @param range the meaning of the values in the maps
   * @param table maps values to classes; other values are ignored; empty for no table
   * @throws IllegalArgumentException if there are no images or more than 255 classes
   */
  public LabelMapTrainingSet {
    pairs = List.copyOf(pairs);
    table = Map.copyOf(table);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("a training set needs at least one image");
    }
    if (range.classes() < 1 || range.classes() > AnnotatedImage.IGNORED) {
      throw new IllegalArgumentException(
          "label maps for training support 1 to 255 classes, not " + range.classes());
    }
  }

  @Override
  public int count() {
    return pairs.size();
  }

  @Override
  public String name(int image) {
    return pairs.get(image).image().toString();
  }

  @Override
  public Size size(int image) throws IOException {
    return ImageSource.of(pairs.get(image).image()).size();
  }

  @Override
  public AnnotatedImage read(int image) throws IOException {
    SemanticDataset.Pair pair = pairs.get(image);
    Image picture = ImageReader.read(pair.image());
    LabelMap map = pair.readLabels(picture.size());
    if (!table.isEmpty()) {
      return new AnnotatedImage(
          picture, Instances.NONE, Optional.of(map.mapped(table, AnnotatedImage.IGNORED)));
    }
    range.require(map, pair.labels());
    return new AnnotatedImage(picture, Instances.NONE, Optional.of(classes(map)));
  }

  /** Returns the classes from 0, with 255 for ignored pixels. */
  private LabelMap classes(LabelMap map) {
    byte[] classes = new byte[Math.toIntExact(map.size().pixels())];
    for (int i = 0; i < classes.length; i++) {
      int value = map.at(i);
      boolean left = value == range.ignoreIndex() || (range.reduceZeroLabel() && value == 0);
      classes[i] =
          (byte) (left ? AnnotatedImage.IGNORED : range.reduceZeroLabel() ? value - 1 : value);
    }
    return new LabelMap.Bytes(map.size(), classes);
  }
}
