package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import java.awt.Rectangle;

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

  /**
   * With text for the name of an object: from 3/5 of the size, where its height is 0.036 of the
   * image's side, to all of it at 0.1, as in detectron2's Visualizer.
   */
  Sizes ofObject(Rectangle object, Rectangle image) {
    double height = object.height / Math.sqrt((double) image.width * image.height);
    double part = Math.max(1.2, Math.min(2, (height - 0.02) / 0.08 + 1)) / 2;
    return new Sizes(line, (int) Math.max(Math.min(LEAST_TEXT, text), Math.round(text * part)));
  }

  /** With text of which a number of lines fit into a height, if that is smaller. */
  Sizes withLines(int lines, int height) {
    return new Sizes(line, Math.max(LEAST_TEXT, Math.min(text, height / lines * 2 / 3)));
  }
}
