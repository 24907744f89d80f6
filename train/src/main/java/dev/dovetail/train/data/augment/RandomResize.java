package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;
import java.util.List;

/** Resizes to a drawn size; the aspect ratio stays. */
public final class RandomResize implements Transform {

  private final Rule rule;

  /** Draws how an image is resized. */
  private interface Rule {
    Resize draw(Size image, Draws draws);
  }

  private RandomResize(Rule rule) {
    this.rule = rule;
  }

  /**
   * {@return multi-scale training of mmdet: the short edge gets one of several lengths, or less
   * where the long edge would exceed its own}
   *
   * @param longEdge the most that the long edge may have, in pixels
   * @param shortEdges the lengths, each as likely
   */
  public static RandomResize shortEdge(int longEdge, List<Integer> shortEdges) {
    List<Resize> rules =
        shortEdges.stream().map(e -> (Resize) new Resize.KeepRatio(longEdge, e)).toList();
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("a random resize needs a length of the short edge");
    }
    return new RandomResize((image, draws) -> rules.get(draws.integer(0, rules.size())));
  }

  /**
   * {@return multi-scale training of mmseg: both edges are multiplied by one drawn ratio, fractions
   * cut off}
   *
   * @param longEdge the most that the long edge may have at ratio 1, in pixels
   * @param shortEdge the most that the short edge may have at ratio 1, in pixels
   * @param least the least ratio
   * @param most the upper bound of the ratio
   */
  public static RandomResize ratio(int longEdge, int shortEdge, double least, double most) {
    requireRange(least, most);
    return new RandomResize(
        (image, draws) -> {
          double ratio = draws.uniform(least, most);
          return new Resize.KeepRatio((int) (longEdge * ratio), (int) (shortEdge * ratio));
        });
  }

  /**
   * {@return the resize of large-scale jitter, detectron2's {@code ResizeScale}: the image fits
   * into the target multiplied by one drawn scale; pixels by Pillow's bilinear filter}
   *
   * @param target height and width at scale 1
   * @param least the least scale
   * @param most the upper bound of the scale
   */
  public static RandomResize jitter(Size target, double least, double most) {
    requireRange(least, most);
    return new RandomResize(
        (image, draws) -> {
          double scale = draws.uniform(least, most);
          double factor =
              Math.min(
                  target.height() * scale / image.height(), target.width() * scale / image.width());
          int height = (int) Math.rint(image.height() * factor);
          int width = (int) Math.rint(image.width() * factor);
          if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                "an image of " + image + " pixels is too elongated to be resized by " + factor);
          }
          Resize exact = new Resize.Exact(new Size(height, width));
          return new Resize.Pillow(exact, PillowFilter.BILINEAR);
        });
  }

  private static void requireRange(double least, double most) {
    if (!(least > 0 && most >= least && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a range of scales is above 0 and ascends; " + least + " to " + most + " is not");
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return sample.resized(rule.draw(sample.size(), draws));
  }
}
