package dev.dovetail.images;

import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.PngFile;

/**
 * The transformation that makes a stored image upright: EXIF's tag 0x0112.
 *
 * @param value 1 to 8; 1 for an image that is stored upright
 */
record Orientation(int value) {

  static final Orientation UPRIGHT = new Orientation(1);

  /** The horizontal flip. */
  static final Orientation MIRRORED = new Orientation(2);

  static final Orientation UPSIDE_DOWN = new Orientation(3);

  /** The rotation by 90 degrees clockwise. */
  static final Orientation TURNED_LEFT = new Orientation(6);

  /** The rotation by 90 degrees counterclockwise. */
  static final Orientation TURNED_RIGHT = new Orientation(8);

  private static final int TAG = 0x0112;
  private static final int LARGEST = 8;
  private static final int ENTRY = 12;

  /** The prefix of the block in a JPEG, which some programs also write to other formats. */
  private static final String JPEG_PREFIX = "Exif\0\0";

  /** Returns the orientation in the EXIF chunk of a PNG. */
  static Orientation ofExif(PngFile png) {
    byte[] block = png.exif();
    return ofExif(new ImageBytes(png.file().name(), block), 0, block.length);
  }

  /**
   * Reads an EXIF block like OpenCV reads that of a JPEG: the first entry of the tag in the first
   * directory is used, regardless of its type. An invalid block is ignored.
   *
   * @param from the offset of the block in the file
   * @param length of the block in bytes, which must be in the file
   */
  static Orientation ofExif(ImageBytes file, int from, int length) {
    boolean prefixed =
        length >= JPEG_PREFIX.length() && file.text(from, JPEG_PREFIX.length()).equals(JPEG_PREFIX);
    int start = prefixed ? from + JPEG_PREFIX.length() : from;
    int end = from + length;
    if (end - start < 8) {
      return UPRIGHT;
    }
    String order = file.text(start, 2);
    boolean little = order.equals("II");
    if (!little && !order.equals("MM") || u16(file, start + 2, little) != 42) {
      return UPRIGHT;
    }
    long directory = start + (u32(file, start + 4, little));
    if (directory + 2 > end) {
      return UPRIGHT;
    }
    long entry = directory + 2;
    for (int n = u16(file, (int) directory, little); n > 0 && entry + ENTRY <= end; n--) {
      if (u16(file, (int) entry, little) == TAG) {
        int value = u16(file, (int) entry + 8, little);
        return value >= 1 && value <= LARGEST ? new Orientation(value) : UPRIGHT;
      }
      entry += ENTRY;
    }
    return UPRIGHT;
  }

  private static int u16(ImageBytes file, int at, boolean little) {
    return little ? file.u16le(at) : file.u16be(at);
  }

  private static long u32(ImageBytes file, int at, boolean little) {
    return (little ? file.i32le(at) : file.i32be(at)) & 0xffffffffL;
  }

  /** Returns whether rows become columns. */
  boolean transposes() {
    return value >= 5;
  }

  /** Returns whether the stored rows are in reverse order. */
  boolean flipsRows() {
    return value == 3 || value == 4 || value == 6 || value == 7;
  }

  /** Returns whether the stored columns are in reverse order. */
  boolean flipsColumns() {
    return value == 2 || value == 3 || value == 7 || value == 8;
  }
}
