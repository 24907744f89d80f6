package dev.dovetail.images;

import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.PngFile;

/**
 * Decodes a {@link PngFile} to 8-bit BGR, like OpenCV with libpng. Alpha is dropped, gray is
 * replicated, gray with fewer bits is scaled to 255, and 16 bits are scaled by 1/257. Color
 * profiles and gamma are ignored.
 */
final class PngPicture {

  private final PngFile png;
  private final byte[] samples;
  private final byte[] bgr;

  private PngPicture(PngFile png) throws BadImageException {
    this.png = png;
    this.samples = png.samples();
    long length = png.size().pixels() * Image.CHANNELS;
    if (length > Integer.MAX_VALUE - 8) {
      throw png.file().bad("is too large: its pixels take " + length + " bytes");
    }
    this.bgr = new byte[(int) length];
  }

  /** Returns the stored image, without applying its orientation. */
  static Image of(PngFile png) throws BadImageException {
    PngPicture picture = new PngPicture(png);
    switch (png.colour()) {
      case GREY, GREY_ALPHA -> picture.grey();
      case PALETTE -> picture.palette();
      case RGB, RGBA -> picture.rgb();
    }
    return Image.wrap(png.size(), picture.bgr);
  }

  private void grey() {
    int depth = png.bitDepth();
    int bytes = depth == 16 ? 2 : 1;
    int step = bytes * png.colour().channels();
    // 1, 2 and 4 bits: the largest value becomes 255.
    int stretch = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
    for (int from = 0, to = 0; to < bgr.length; from += step, to += Image.CHANNELS) {
      byte value = bytes == 2 ? high(from) : (byte) (samples[from] * stretch);
      bgr[to] = value;
      bgr[to + 1] = value;
      bgr[to + 2] = value;
    }
  }

  private void rgb() {
    int bytes = png.bitDepth() == 16 ? 2 : 1;
    int step = bytes * png.colour().channels();
    for (int from = 0, to = 0; to < bgr.length; from += step, to += Image.CHANNELS) {
      if (bytes == 1) {
        bgr[to] = samples[from + 2];
        bgr[to + 1] = samples[from + 1];
        bgr[to + 2] = samples[from];
      } else {
        bgr[to] = high(from + 4);
        bgr[to + 1] = high(from + 2);
        bgr[to + 2] = high(from);
      }
    }
  }

  private void palette() throws BadImageException {
    byte[] rgb = png.palette();
    for (int from = 0, to = 0; to < bgr.length; from++, to += Image.CHANNELS) {
      int entry = Image.CHANNELS * (samples[from] & 0xff);
      if (entry >= rgb.length) {
        throw png.file()
            .bad(
                "is damaged: a pixel has entry "
                    + entry / Image.CHANNELS
                    + " of a palette of "
                    + rgb.length / Image.CHANNELS);
      }
      bgr[to] = rgb[entry + 2];
      bgr[to + 1] = rgb[entry + 1];
      bgr[to + 2] = rgb[entry];
    }
  }

  /** Returns a 16-bit sample divided by 257, rounded to nearest. */
  private byte high(int at) {
    int value = (samples[at] & 0xff) << 8 | samples[at + 1] & 0xff;
    return (byte) (value * 255 + 32895 >> 16);
  }
}
