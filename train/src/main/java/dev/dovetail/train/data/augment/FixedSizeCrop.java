package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * Crops an image to a fixed size: detectron2's {@code FixedSizeCrop}, which draws a single number
 * for both axes. A smaller image keeps its size, and the batch pads it.
 *
 * @param size the height and width in pixels
 */
public record FixedSizeCrop(Size size) implements Transform {

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    Size part = Window.within(sample.size(), size);
    double place = draws.uniform(0, 1);
    int top = (int) Math.rint((sample.size().height() - part.height()) * place);
    int left = (int) Math.rint((sample.size().width() - part.width()) * place);
    return sample.cropped(new Window(top, left, part));
  }
}
