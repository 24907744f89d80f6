package dev.dovetail.images;

import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.PngFile;

/**
 * How a stored picture is turned to stand upright: EXIF's tag 0x0112.
 *
 * @param value 1 to 8, 1 for a picture that is upright as it is stored
 */
record Orientation(int value) {

  static final Orientation UPRIGHT = new Orientation(1);

  /** Left and right are exchanged. */
  static final Orientation MIRRORED = new Orientation(2);

  static final Orientation UPSIDE_DOWN = new Orientation(3);

  /** It stands upright when it is turned clockwise. */
  static final Orientation TURNED_LEFT = new Orientation(6);

  /** It stands upright when it is turned counterclockwise. */
  static final Orientation TURNED_RIGHT = new Orientation(8);

  private static final int TAG = 0x0112;
  private static final int LARGEST = 8;
  private static final int ENTRY = 12;

  /** Some programs write the block as it stands in a JPEG, with this text before it. */
  private static final String JPEG_PREFIX = "Exif\0\0";

  /** The orientation that a PNG says in its chunk of EXIF. */
  static Orientation ofExif(PngFile png) {
    byte[] block = png.exif();
    return ofExif(new ImageBytes(png.file().name(), block), 0, block.length);
  }

  /**
   * Reads a block of EXIF as OpenCV reads that of a JPEG: the first entry of the tag in the first
   * directory counts, whatever its type. A block that cannot be read turns nothing.
   *
   * @param from where the block begins in the file
   * @param length of the block in bytes, all of them there
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

  /** Whether rows become columns. */
  boolean transposes() {
    return value >= 5;
  }

  /** Whether the stored rows are taken from the last to the first. */
  boolean flipsRows() {
    return value == 3 || value == 4 || value == 6 || value == 7;
  }

  /** Whether the stored columns are taken from the last to the first. */
  boolean flipsColumns() {
    return value == 2 || value == 3 || value == 7 || value == 8;
  }
}
