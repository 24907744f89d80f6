package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.ImageFormat;

/**
 * The blocks of a GIF (GIF89a) up to the end of its first frame.
 *
 * @param left the first column of the first frame on the screen
 * @param top the first row of the first frame on the screen
 */
record GifStructure(Size screen, int left, int top) {

  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;

  static GifStructure check(ImageBytes file) throws BadImageException {
    require(file, 0, 13);
    Size screen = ImageFormat.promised(file, file.u16le(8), file.u16le(6));
    int at = 13 + colourTable(file.u8(10));
    while (true) {
      require(file, at, 1);
      int block = file.u8(at);
      if (block == IMAGE) {
        require(file, at, 10);
        int data = at + 10 + colourTable(file.u8(at + 9)) + 1;
        skipSubBlocks(file, data);
        return new GifStructure(screen, file.u16le(at + 1), file.u16le(at + 3));
      }
      if (block != EXTENSION) {
        throw file.bad("is a GIF without an image");
      }
      at = skipSubBlocks(file, at + 2);
    }
  }

  private static int colourTable(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int skipSubBlocks(ImageBytes file, int from) throws BadImageException {
    int at = from;
    while (true) {
      require(file, at, 1);
      int length = file.u8(at);
      at += 1 + length;
      if (length == 0) {
        return at;
      }
    }
  }

  private static void require(ImageBytes file, int offset, int count) throws BadImageException {
    if (!file.has(offset, count)) {
      throw file.cutOff("before its first frame is complete");
    }
  }
}
