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
 * @param range what the values of the maps mean
 * @param table value to class, where other values are left out, in place of the range; empty for
 *     none
 */
public record LabelMapTrainingSet(
    List<SemanticDataset.Pair> pairs, LabelRange range, Map<Integer, Integer> table)
    implements TrainingSet {

  /**
   * A set whose values are what the range says.
   *
   * @param pairs the images and their label maps
   * @param range what the values of the maps mean
   * @throws IllegalArgumentException where there are no images or more than 255 classes
   */
  public LabelMapTrainingSet(List<SemanticDataset.Pair> pairs, LabelRange range) {
    this(pairs, range, Map.of());
  }

  /**
   * Copies the list and checks the number of classes.
   *
   * @param pairs the images and their label maps
   * @param range what the values of the maps mean
   * @param table value to class, where other values are left out; empty for none
   * @throws IllegalArgumentException where there are no images or more than 255 classes
   */
  public LabelMapTrainingSet {
    pairs = List.copyOf(pairs);
    table = Map.copyOf(table);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("a training set needs at least one image");
    }
    if (range.classes() < 1 || range.classes() > AnnotatedImage.IGNORED) {
      throw new IllegalArgumentException(
          "label maps for training hold 1 to 255 classes, not " + range.classes());
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

  /** The values as classes from 0 on, 255 where the pixel is left out. */
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
