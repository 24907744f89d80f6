package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * Keeps a part of drawn height and width at a drawn position: mmdet's {@code RandomCrop} of the
 * type {@code absolute_range}, with {@code allow_negative_crop}. An image may end without objects.
 *
 * @param least the least height and width in pixels; a smaller image stays as it is
 * @param most the largest height and width in pixels
 */
public record RandomCrop(int least, int most) implements Transform {

  /**
   * Checks both.
   *
   * @param least the least height and width in pixels
   * @param most the largest height and width in pixels
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
