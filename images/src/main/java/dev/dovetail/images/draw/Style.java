package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;

/** Line widths and text sizes in pixels that suit an image. */
record Style(int line, int outline, int textHeight, int padding) {

  static Style of(Size image) {
    double unit = Math.sqrt(image.pixels()) / 550;
    int textHeight = (int) Math.round(Math.max(11, Math.min(48, 14 * unit)));
    return new Style(
        (int) Math.max(1, Math.round(2 * unit)),
        (int) Math.max(1, Math.round(unit)),
        textHeight,
        Math.max(2, textHeight / 5));
  }
}
