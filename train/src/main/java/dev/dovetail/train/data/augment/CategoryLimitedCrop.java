package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;

/**
 * Keeps a part of one size in which no class has too large a share: mmseg's {@code RandomCrop} with
 * {@code cat_max_ratio}. Up to ten parts are looked at; if none suits, an eleventh is taken as it
 * is. A smaller image stays smaller; the batch pads it.
 *
 * @param size height and width in pixels
 * @param limit the share of the labelled pixels that the largest class must stay below; a part with
 *     a single class is never suitable
 */
public record CategoryLimitedCrop(Size size, double limit) implements Transform {

  private static final int TRIES = 10;

  /**
   * Checks the limit.
   *
   * @param size height and width in pixels
   * @param limit above 0, at most 1; at 1 nothing is looked at
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

  /** Whether a part has more than one class and none with too large a share. */
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
