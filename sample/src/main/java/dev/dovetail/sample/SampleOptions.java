package dev.dovetail.sample;

import dev.dovetail.formats.Size;

/**
 * What a set is to be like. Equal options give equal files, and a picture does not depend on how
 * many there are.
 *
 * @param train pictures to train on
 * @param val pictures to validate on
 * @param size of each picture
 * @param seed of all that is random
 */
public record SampleOptions(int train, int val, Size size, long seed) {

  /** 240 pictures to train on and 60 to validate, 320 pixels wide and 240 high. */
  public static final SampleOptions STANDARD = new SampleOptions(240, 60, new Size(240, 320), 0);

  /** Pictures that a split may have: the ids of the next one begin behind. */
  static final int MOST_PICTURES = 100_000;

  private static final int LEAST_SIDE = 64;
  private static final int MOST_SIDE = 2048;

  /**
   * Checks the numbers.
   *
   * @param train pictures to train on, 1 to 100,000
   * @param val pictures to validate on, 1 to 100,000
   * @param size of each picture, 64 to 2048 pixels a side
   * @param seed of all that is random
   * @throws IllegalArgumentException where a number is outside of its range
   */
  public SampleOptions {
    requireCount("train", train);
    requireCount("val", val);
    int least = Math.min(size.width(), size.height());
    int most = Math.max(size.width(), size.height());
    if (least < LEAST_SIDE || most > MOST_SIDE) {
      throw new IllegalArgumentException(
          "pictures of "
              + size.height()
              + "x"
              + size.width()
              + " pixels (height x width) cannot be drawn; each side has "
              + (LEAST_SIDE + " to " + MOST_SIDE));
    }
  }

  private static void requireCount(String split, int count) {
    if (count < 1 || count > MOST_PICTURES) {
      throw new IllegalArgumentException(
          (split + ": " + count + " pictures cannot be drawn; expected 1 to ") + MOST_PICTURES);
    }
  }
}
