package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;

/**
 * Crops an image to a fixed size such that no class covers too large a share: mmseg's {@code
 * RandomCrop} with {@code cat_max_ratio}. Up to ten crops are drawn. If none is suitable, an
 * eleventh is used unconditionally. A smaller image keeps its size, and the batch pads it.
 *
 * @param size the height and width in pixels
 * @param limit the share of labeled pixels that the largest class must stay below; a crop with a
 *     single class is never suitable
 */
public record CategoryLimitedCrop(Size size, double limit) implements Transform {

  private static final int TRIES = 10;

  /**
   * Validates the limit.
   *
   * @param size the height and width in pixels
   * @param limit above 0, at most 1; at 1 the first crop is used
   */
  public CategoryLimitedCrop {
    if (!(limit > 0 && limit <= 1)) {
      throw new IllegalArgumentException("the largest share of a class cannot be " + limit);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    Size part = Window.within(sample.size(), size);
    Window window = Window.drawn(sample.size(), part, draws);
    if (limit < 1 && sample.labels().isPresent()) {
      for (int i = 0; i < TRIES && !accepts(sample.labels().get(), window); i++) {
        window = Window.drawn(sample.size(), part, draws);
      }
    }
    return sample.cropped(window);
  }

  /** Returns whether a crop has more than one class and none with too large a share. */
  boolean accepts(LabelMap map, Window window) {
    int[] counts = new int[map.valueCount()];
    int width = map.size().width();
    for (int y = 0; y < window.size().height(); y++) {
      int at = (window.top() + y) * width + window.left();
      for (int end = at + window.size().width(); at < end; at++) {
        counts[map.at(at)]++;
      }
    }
    counts[AnnotatedImage.IGNORED] = 0;
    int classes = 0;
    int largest = 0;
    int labelled = 0;
    for (int count : counts) {
      classes += count > 0 ? 1 : 0;
      largest = Math.max(largest, count);
      labelled += count;
    }
    return classes > 1 && (double) largest / labelled < limit;
  }
}
