package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * Adds a black margin on all four sides and crops to a fixed size: torchvision's {@code RandomCrop}
 * with {@code padding}, for small images of equal size. An image that is smaller even with its
 * margin keeps its size, and the batch pads it.
 *
 * @param size the height and width of the crop in pixels
 * @param margin the margin in pixels
 */
public record PadAndCrop(Size size, int margin) implements Transform {

  /**
   * Validates the margin.
   *
   * @param size the height and width of the crop in pixels
   * @param margin the margin in pixels, 0 or more
   */
  public PadAndCrop {
    if (margin < 0) {
      throw new IllegalArgumentException("a margin must be 0 pixels or more, not " + margin);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    AnnotatedImage padded = sample.padded(margin);
    Size part = Window.within(padded.size(), size);
    return padded.cropped(Window.drawn(padded.size(), part, draws));
  }
}
