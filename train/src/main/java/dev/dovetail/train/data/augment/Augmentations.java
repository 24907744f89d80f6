package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import java.util.List;

/** The augmentations of published models. Normalisation is in the graph, padding in the batch. */
public final class Augmentations {

  private static final List<Integer> SHORT_EDGES =
      List.of(480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800);

  private Augmentations() {}

  /**
   * {@return that of the ViT-CoMer detectors: flip; either multi-scale resize or resize, crop and
   * multi-scale resize; crop to at most 1024x1024}
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
   * {@return that of the UperNet models: multi-scale resize by 0.5 to 2, crop where no class has
   * three quarters, flip, photometric distortion}
   *
   * @param crop the size of the crop, 512x512 for ADE20K
   * @param longEdge the most that the long edge may have at ratio 1, 2048 for ADE20K
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
   * {@return large-scale jitter (Ghiasi et al. 2021) as detectron2 has it: resize by 0.1 to 2, crop
   * to one size, flip; boxes are made anew of the masks}
   *
   * @param size what the batch pads to, 1024x1024 as a rule
   */
  public static Transform largeScaleJitter(Size size) {
    return Transform.sequence(
        RandomResize.jitter(size, 0.1, 2),
        new FixedSizeCrop(size),
        new HorizontalFlip(0.5),
        (sample, draws) -> sample.withBoxesOfMasks());
  }

  /**
   * {@return that of ImageNet's classifiers in torchvision and timm, without changes of colour:
   * random resized crop, flip}
   *
   * @param size of the model's input, 224x224 as a rule
   */
  public static Transform classification(Size size) {
    return Transform.sequence(RandomResizedCrop.of(size), new HorizontalFlip(0.5));
  }

  /**
   * {@return that of small sets such as CIFAR: the image gets one size if it has another, a margin
   * of an eighth of its shorter side (4 pixels of 32), a crop back to its size, flip}
   *
   * @param size of the model's input, 32x32 for CIFAR
   */
  public static Transform smallClassification(Size size) {
    int margin = Math.min(size.height(), size.width()) / 8;
    return Transform.sequence(
        FixedResize.to(size), new PadAndCrop(size, margin), new HorizontalFlip(0.5));
  }
}
