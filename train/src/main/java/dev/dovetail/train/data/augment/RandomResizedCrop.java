package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;

/**
 * Crops an image to a random area, aspect ratio and position, and resizes the crop to a fixed size:
 * torchvision's {@code RandomResizedCrop} and timm's {@code RandomResizedCropAndInterpolation}. Up
 * to ten crops are drawn. If none fits into the image, the largest center crop within the range of
 * ratios is used.
 *
 * @param size the height and width of the result in pixels
 * @param area the range of the crop's share of the image area, drawn uniformly
 * @param ratio the range of the crop's width divided by its height; its logarithm is drawn
 *     uniformly
 * @param filter interpolates the pixels
 */
public record RandomResizedCrop(Size size, Range area, Range ratio, PillowFilter filter)
    implements Transform {

  private static final int TRIES = 10;

  /**
   * Validates the ranges.
   *
   * @param size the height and width of the result in pixels
   * @param area above 0, at most 1
   * @param ratio above 0
   * @param filter interpolates the pixels
   */
  public RandomResizedCrop {
    if (!(area.least() > 0 && area.most() <= 1)) {
      throw new IllegalArgumentException(
          "the area of a crop must be above 0 and at most 1, not "
              + (area.least() + " to " + area.most()));
    }
    if (!(ratio.least() > 0)) {
      throw new IllegalArgumentException(
          "the aspect ratio of a crop must be above 0, not from " + ratio.least() + " on");
    }
  }

  /**
   * {@return the crop of ImageNet classifiers: 8 to 100 percent of the area, ratios from 3:4 to
   * 4:3, bicubic}
   *
   * @param size the height and width of the result in pixels
   */
  public static RandomResizedCrop of(Size size) {
    return new RandomResizedCrop(
        size, new Range(0.08, 1), new Range(3.0 / 4, 4.0 / 3), PillowFilter.BICUBIC);
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return sample
        .cropped(window(sample.size(), draws))
        .resized(new Resize.Pillow(new Resize.Exact(size), filter));
  }

  private Window window(Size image, Draws draws) {
    for (int i = 0; i < TRIES; i++) {
      double pixels = image.pixels() * area.draw(draws);
      double aspect = ratio.drawRatio(draws);
      int width = (int) Math.rint(Math.sqrt(pixels * aspect));
      int height = (int) Math.rint(Math.sqrt(pixels / aspect));
      if (width > 0 && width <= image.width() && height > 0 && height <= image.height()) {
        return Window.drawn(image, new Size(height, width), draws);
      }
    }
    return middle(image);
  }

  private Window middle(Size image) {
    double aspect = (double) image.width() / image.height();
    int width = image.width();
    int height = image.height();
    if (aspect < ratio.least()) {
      height = (int) Math.rint(width / ratio.least());
    } else if (aspect > ratio.most()) {
      width = (int) Math.rint(height * ratio.most());
    }
    return new Window(
        (image.height() - height) / 2, (image.width() - width) / 2, new Size(height, width));
  }
}
