package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.images.PillowFilter;
import dev.dovetail.images.Resize;
import java.util.List;

/** Resizes an image to a random size and keeps its aspect ratio. */
public final class RandomResize implements Transform {

  private final Rule rule;

  /** Draws the rule by which an image is resized. */
  private interface Rule {
    Resize draw(Size image, Draws draws);
  }

  private RandomResize(Rule rule) {
    this.rule = rule;
  }

  /**
   * {@return mmdet's multi-scale training: the short edge gets one of several lengths, or less if
   * the long edge would exceed its limit}
   *
   * @param longEdge the maximum long edge in pixels
   * @param shortEdges the lengths, which are equally likely
   */
  public static RandomResize shortEdge(int longEdge, List<Integer> shortEdges) {
    List<Resize> rules =
        shortEdges.stream().map(e -> (Resize) new Resize.KeepRatio(longEdge, e)).toList();
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("a random resize needs at least one short edge");
    }
    return new RandomResize((image, draws) -> rules.get(draws.integer(0, rules.size())));
  }

  /**
   * {@return mmseg's multi-scale training: both edges are multiplied by a random ratio and
   * truncated}
   *
   * @param longEdge the maximum long edge at ratio 1, in pixels
   * @param shortEdge the maximum short edge at ratio 1, in pixels
   * @param least the minimum ratio
   * @param most the exclusive maximum ratio
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
   * {@return the resize of large-scale jitter, detectron2's {@code ResizeScale}: the image is
   * scaled to fit the target size times a random scale, with Pillow's bilinear filter}
   *
   * @param target the height and width at scale 1
   * @param least the minimum scale
   * @param most the exclusive maximum scale
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
          "a range of scales must be positive and ascending, but "
              + least
              + " to "
              + most
              + " is not");
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return sample.resized(rule.draw(sample.size(), draws));
  }
}
