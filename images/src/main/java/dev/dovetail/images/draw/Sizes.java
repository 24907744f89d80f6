package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import java.awt.Rectangle;

/**
 * Line widths and text sizes for an image, in pixels. They grow with the image, so that pictures of
 * all sizes look the same in a window. Text grows slightly more slowly.
 */
record Sizes(int line, int text) {

  private static final int LEAST_TEXT = 10;

  static Sizes of(Size image, int lineWidth) {
    double unit = Math.sqrt(image.pixels()) / 550;
    int line = lineWidth > 0 ? lineWidth : (int) Math.max(1, Math.round(2 * unit));
    int text = (int) Math.round(Math.max(LEAST_TEXT, 14 * Math.pow(unit, 0.85)));
    return new Sizes(line, text);
  }

  /** Returns the width of the edges of areas. */
  int edge() {
    return Math.max(1, (line + 1) / 2);
  }

  /** Returns the padding between the border of a label and its text. */
  int padding() {
    return Math.max(2, text / 5);
  }

  /**
   * Returns sizes for the name of an object, as in detectron2's Visualizer. They depend on the
   * height of the object divided by the square root of the image's area. The text has 3/5 of its
   * size up to a ratio of 0.036, and its full size from 0.1 on.
   */
  Sizes ofObject(Rectangle object, Rectangle image) {
    double height = object.height / Math.sqrt((double) image.width * image.height);
    double part = Math.max(1.2, Math.min(2, (height - 0.02) / 0.08 + 1)) / 2;
    return new Sizes(line, (int) Math.max(Math.min(LEAST_TEXT, text), Math.round(text * part)));
  }

  /** Returns sizes with text small enough for a number of lines in a height. */
  Sizes withLines(int lines, int height) {
    return new Sizes(line, Math.max(LEAST_TEXT, Math.min(text, height / lines * 2 / 3)));
  }
}
