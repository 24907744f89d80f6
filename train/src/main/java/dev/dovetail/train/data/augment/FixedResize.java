package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;

/**
 * Resizes by one rule; nothing is drawn.
 *
 * @param rule gives the size and says how pixels are made
 */
public record FixedResize(Resize rule) implements Transform {

  /**
   * {@return a resize to one size whatever the aspect ratio, bicubic as Pillow's; an image of that
   * size stays as it is}
   *
   * @param size height and width in pixels
   */
  public static FixedResize to(Size size) {
    return new FixedResize(new Resize.Pillow(new Resize.Exact(size), PillowFilter.BICUBIC));
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return sample.resized(rule);
  }
}
