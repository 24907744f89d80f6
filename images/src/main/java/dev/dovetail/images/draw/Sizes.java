package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;

/**
 * Widths of lines and sizes of text in pixels that suit an image. They grow with it, so that a
 * picture looks the same when it is shown in a window; text grows a little more slowly.
 */
record Sizes(int line, int text) {

  private static final int LEAST_TEXT = 10;

  static Sizes of(Size image, int lineWidth) {
    double unit = Math.sqrt(image.pixels()) / 550;
    int line = lineWidth > 0 ? lineWidth : (int) Math.max(1, Math.round(2 * unit));
    int text = (int) Math.round(Math.max(LEAST_TEXT, 14 * Math.pow(unit, 0.85)));
    return new Sizes(line, text);
  }

  /** The width of the edges of areas. */
  int edge() {
    return Math.max(1, (line + 1) / 2);
  }

  /** Between the border of a label and its text. */
  int padding() {
    return Math.max(2, text / 5);
  }

  /** With text of which a number of lines fit into a height, if that is smaller. */
  Sizes withLines(int lines, int height) {
    return new Sizes(line, Math.max(LEAST_TEXT, Math.min(text, height / lines * 2 / 3)));
  }
}
