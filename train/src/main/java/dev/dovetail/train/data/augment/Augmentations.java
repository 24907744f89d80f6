package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import java.util.List;

/**
 * The augmentations of published models. Normalization is part of the graph, padding part of the
 * batch.
 */
public final class Augmentations {

  private static final List<Integer> SHORT_EDGES =
      List.of(480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800);

  private Augmentations() {}

  /**
   * {@return the augmentation of the ViT-CoMer detectors: flip; then either multi-scale resize, or
   * resize, crop and multi-scale resize; then crop to at most 1024x1024}
   */
  public static Transform detection() {
    Transform multiScale = RandomResize.shortEdge(1333, SHORT_EDGES);
    return Transform.sequence(
        new HorizontalFlip(0.5),
        Transform.oneOf(
            multiScale,
            Transform.sequence(
                RandomResize.shortEdge(1333, List.of(400, 500, 600)),
                new RandomCrop(384, 600),
                multiScale)),
        new RandomCrop(1024, 1024));
  }

  /**
   * {@return the augmentation of the UperNet models: multi-scale resize by 0.5 to 2, crop in which
   * no class exceeds three quarters, flip, photometric distortion}
   *
   * @param crop the size of the crop, 512x512 for ADE20K
   * @param longEdge the maximum long edge at ratio 1, 2048 for ADE20K
   */
  public static Transform segmentation(Size crop, int longEdge) {
    int shortEdge = Math.min(crop.height(), crop.width());
    return Transform.sequence(
        RandomResize.ratio(longEdge, shortEdge, 0.5, 2),
        new CategoryLimitedCrop(crop, 0.75),
        new HorizontalFlip(0.5),
        PhotometricDistortion.defaults());
  }

  /**
   * {@return large-scale jitter (Ghiasi et al. 2021) as in detectron2: resize by 0.1 to 2, crop to
   * a fixed size, flip; boxes are recomputed from the masks}
   *
   * @param size the size of the crop, usually 1024x1024, to which the batch pads
   */
  public static Transform largeScaleJitter(Size size) {
    return Transform.sequence(
        RandomResize.jitter(size, 0.1, 2),
        new FixedSizeCrop(size),
        new HorizontalFlip(0.5),
        (sample, draws) -> sample.withBoxesOfMasks());
  }

  /**
   * {@return the augmentation of ImageNet classifiers in torchvision and timm, without color
   * changes: random resized crop, flip}
   *
   * @param size the size of the model's input, usually 224x224
   */
  public static Transform classification(Size size) {
    return Transform.sequence(RandomResizedCrop.of(size), new HorizontalFlip(0.5));
  }

  /**
   * {@return the augmentation of small sets such as CIFAR: resize to a fixed size if needed, add a
   * margin of an eighth of the shorter side (4 pixels for 32), crop back to the size, flip}
   *
   * @param size the size of the model's input, 32x32 for CIFAR
   */
  public static Transform smallClassification(Size size) {
    int margin = Math.min(size.height(), size.width()) / 8;
    return Transform.sequence(
        FixedResize.to(size), new PadAndCrop(size, margin), new HorizontalFlip(0.5));
  }
}
