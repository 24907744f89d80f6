package dev.dovetail.train.recipe;

import dev.dovetail.formats.Size;
import dev.dovetail.train.data.augment.Augmentations;
import dev.dovetail.train.data.augment.HorizontalFlip;
import dev.dovetail.train.data.augment.RandomResize;
import dev.dovetail.train.data.augment.Transform;
import java.util.List;

/**
 * The data augmentation.
 *
 * @param type the sequence of transforms
 * @param shortEdges the possible lengths of the short edge in pixels, which are equally likely
 * @param longEdge the maximum long edge in pixels
 * @param crop the height and width of the crop in pixels
 */
public record AugmentationRecipe(
    Type type, List<Integer> shortEdges, int longEdge, List<Integer> crop) {

  /** A sequence of transforms. */
  public enum Type {
    /** {@link Augmentations#detection}, which ignores {@code shortEdges} and {@code longEdge}. */
    DETECTION,
    /**
     * Flip; resize to one of {@code shortEdges}, or less if the long edge would exceed {@code
     * longEdge}.
     */
    MULTI_SCALE,
    /** {@link Augmentations#largeScaleJitter} to the size {@code crop}. */
    LARGE_SCALE_JITTER,
    /** {@link Augmentations#segmentation} with {@code crop} and {@code longEdge}. */
    SEGMENTATION,
    /** {@link Augmentations#classification} to the size {@code crop}. */
    CLASSIFICATION,
    /** {@link Augmentations#smallClassification} to the size {@code crop}. */
    SMALL_CLASSIFICATION,
    /** None; images keep their size. */
    NONE
  }

  /**
   * @throws IllegalArgumentException if a length is less than 1, or there is no short edge
   */
  public AugmentationRecipe {
    shortEdges = List.copyOf(shortEdges);
    crop = List.copyOf(crop);
    if (shortEdges.isEmpty() || shortEdges.stream().anyMatch(e -> e < 1)) {
      throw new IllegalArgumentException(
          "shortEdges is " + shortEdges + ", expected one length or more, in pixels");
    }
    Recipe.requireAtLeast("longEdge", longEdge, 1);
    if (crop.size() != 2 || crop.stream().anyMatch(e -> e < 1)) {
      throw new IllegalArgumentException(
          "crop is " + crop + ", expected height and width, such as [512, 512]");
    }
  }

  static AugmentationRecipe detection() {
    return new AugmentationRecipe(
        Type.DETECTION,
        List.of(480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800),
        1333,
        List.of(1024, 1024));
  }

  static AugmentationRecipe segmentation() {
    return new AugmentationRecipe(Type.SEGMENTATION, List.of(512), 2048, List.of(512, 512));
  }

  static AugmentationRecipe classification() {
    return new AugmentationRecipe(Type.CLASSIFICATION, List.of(224), 224, List.of(224, 224));
  }

  /** {@return the transforms} */
  public Transform transform() {
    Size size = new Size(crop.get(0), crop.get(1));
    return switch (type) {
      case DETECTION -> Augmentations.detection();
      case MULTI_SCALE ->
          Transform.sequence(new HorizontalFlip(0.5), RandomResize.shortEdge(longEdge, shortEdges));
      case LARGE_SCALE_JITTER -> Augmentations.largeScaleJitter(size);
      case SEGMENTATION -> Augmentations.segmentation(size, longEdge);
      case CLASSIFICATION -> Augmentations.classification(size);
      case SMALL_CLASSIFICATION -> Augmentations.smallClassification(size);
      case NONE -> (sample, draws) -> sample;
    };
  }
}
