package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * Crops an image to a random height and width at a random position: mmdet's {@code RandomCrop} of
 * type {@code absolute_range}, with {@code allow_negative_crop}. The result may have no objects.
 *
 * @param least the minimum height and width in pixels; a smaller image is unchanged
 * @param most the maximum height and width in pixels
 */
public record RandomCrop(int least, int most) implements Transform {

  /**
   * Validates the limits.
   *
   * @param least the minimum height and width in pixels
   * @param most the maximum height and width in pixels
   */
  public RandomCrop {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          "the sides of a crop cannot be from " + least + " to " + most);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    int height = side(sample.size().height(), draws);
    int width = side(sample.size().width(), draws);
    return sample.cropped(Window.drawn(sample.size(), new Size(height, width), draws));
  }

  private int side(int image, Draws draws) {
    return draws.integer(Math.min(image, least), Math.min(image, most) + 1);
  }
}
