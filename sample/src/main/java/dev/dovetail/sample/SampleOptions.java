package dev.dovetail.sample;

import dev.dovetail.formats.Size;

/**
 * The options of a set. Equal options produce equal files. An image does not depend on the number
 * of images.
 *
 * @param train the number of training images
 * @param val the number of validation images
 * @param size the size of each image
 * @param seed the seed of all random numbers
 */
public record SampleOptions(int train, int val, Size size, long seed) {

  /** 240 training and 60 validation images, 320 pixels wide and 240 high. */
  public static final SampleOptions STANDARD = new SampleOptions(240, 60, new Size(240, 320), 0);

  /** The maximum number of images in a split. The ids of the next split start after it. */
  static final int MOST_PICTURES = 100_000;

  private static final int LEAST_SIDE = 64;
  private static final int MOST_SIDE = 2048;

  /**
   * Validates the options.
   *
   * @param train the number of training images, 1 to 100,000
   * @param val the number of validation images, 1 to 100,000
   * @param size the size of each image, 64 to 2048 pixels per side
   * @param seed the seed of all random numbers
   * @throws IllegalArgumentException if a number is out of range
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
