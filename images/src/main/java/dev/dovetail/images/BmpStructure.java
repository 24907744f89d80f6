package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.ImageFormat;

/** The header of a Windows or OS/2 bitmap. */
final class BmpStructure {

  private static final int OS2_HEADER = 12;
  private static final int PLAIN = 0;
  private static final int BIT_FIELDS = 3;

  private BmpStructure() {}

  static Size check(ImageBytes file) throws BadImageException {
    if (!file.has(0, 34)) {
      throw file.cutOff("within its header");
    }
    boolean os2 = file.i32le(14) == OS2_HEADER;
    long width = os2 ? file.u16le(18) : file.i32le(18);
    // A negative height means that the rows are stored from top to bottom.
    long height = os2 ? file.u16le(20) : Math.abs((long) file.i32le(22));
    Size size = ImageFormat.promised(file, height, width);
    int bits = file.u16le(os2 ? 24 : 28);
    int coding = os2 ? PLAIN : file.i32le(30);
    if (coding < PLAIN || coding > BIT_FIELDS) {
      throw file.bad("is a BMP with the unsupported compression " + coding);
    }
    boolean compressed = coding != PLAIN && coding != BIT_FIELDS;
    long rowBytes = (width * bits + 31) / 32 * 4;
    if (!compressed && !file.has(file.i32le(10), rowBytes * height)) {
      throw file.cutOff("within its pixels");
    }
    return size;
  }
}
