package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;

/**
 * Resizes by a fixed rule, without random numbers.
 *
 * @param rule computes the size and interpolates the pixels
 */
public record FixedResize(Resize rule) implements Transform {

  /**
   * {@return a resize to a fixed size that ignores the aspect ratio, with Pillow's bicubic filter;
   * an image of that size is unchanged}
   *
   * @param size the height and width in pixels
   */
  public static FixedResize to(Size size) {
    return new FixedResize(new Resize.Pillow(new Resize.Exact(size), PillowFilter.BICUBIC));
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return sample.resized(rule);
  }
}
