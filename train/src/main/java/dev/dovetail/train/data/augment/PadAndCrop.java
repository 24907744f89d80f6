package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * Adds a black margin on all four sides and keeps a part of one size: torchvision's {@code
 * RandomCrop} with {@code padding}, for small images that are all of one size. What is smaller than
 * that even with its margin stays smaller; the batch pads it.
 *
 * @param size height and width of the part in pixels
 * @param margin in pixels
 */
public record PadAndCrop(Size size, int margin) implements Transform {

  /**
   * Checks the margin.
   *
   * @param size height and width of the part in pixels
   * @param margin 0 or more, in pixels
   */
  public PadAndCrop {
    if (margin < 0) {
      throw new IllegalArgumentException("a margin is 0 pixels or more, not " + margin);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    AnnotatedImage padded = sample.padded(margin);
    Size part = Window.within(padded.size(), size);
    return padded.cropped(Window.drawn(padded.size(), part, draws));
  }
}
