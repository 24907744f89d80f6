package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;

/**
 * A rectangular region of an image.
 *
 * @param top the first row
 * @param left the first column
 * @param size the height and width
 */
public record Window(int top, int left, Size size) {

  /**
   * {@return a window at a uniformly random position; the row is drawn before the column}
   *
   * @param image the size of the image
   * @param size the size of the window, at most that of the image
   * @param draws the random numbers
   */
  static Window drawn(Size image, Size size, Draws draws) {
    int top = draws.integer(0, image.height() - size.height() + 1);
    int left = draws.integer(0, image.width() - size.width() + 1);
    return new Window(top, left, size);
  }

  /** Returns {@code size} limited to the size of an image. */
  static Size within(Size image, Size size) {
    return new Size(Math.min(image.height(), size.height()), Math.min(image.width(), size.width()));
  }
}
