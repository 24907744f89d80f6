package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.image.ImageHeader;

/**
 * The marker segments of a JPEG (ITU-T T.81, annex B). libjpeg fills the missing part of a
 * truncated file with gray and reports success, so this class requires the end-of-image marker.
 */
final class JpegStructure {

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  private JpegStructure() {}

  static Size check(ImageBytes file) throws BadImageException {
    Size size = null;
    boolean scanned = false;
    int at = nextMarker(file, 2);
    while (true) {
      if (at < 0) {
        throw file.cutOff(scanned ? "without an end-of-image marker" : "before its image data");
      }
      int marker = file.u8(at + 1);
      if (marker == END_OF_IMAGE) {
        if (!scanned) {
          throw file.bad("is a JPEG without image data");
        }
        return size;
      }
      if (isLone(marker)) {
        at = nextMarker(file, at + 2);
        continue;
      }
      if (!file.has(at + 2, 2) || !file.has(at + 2, file.u16be(at + 2))) {
        throw file.cutOff(scanned ? "within its image data" : "within its header");
      }
      if (ImageHeader.isJpegFrame(marker) && size == null) {
        size = frame(file, at, marker);
      }
      if (marker == START_OF_SCAN) {
        if (size == null) {
          throw file.bad("is a JPEG whose image data is before its frame header");
        }
        scanned = true;
      }
      at = nextMarker(file, at + 2 + file.u16be(at + 2));
    }
  }

  /** Returns the next marker at or after {@code from}, skipping entropy-coded data; -1 for none. */
  private static int nextMarker(ImageBytes file, int from) {
    byte[] b = file.bytes();
    for (int i = from; i + 1 < b.length; i++) {
      if (b[i] == (byte) 0xff) {
        int code = b[i + 1] & 0xff;
        if (code != 0 && code != 0xff && !(code >= 0xd0 && code <= 0xd7)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** Returns whether a marker is SOI or TEM, which have no length. */
  private static boolean isLone(int marker) {
    return marker == 0xd8 || marker == 0x01;
  }

  private static Size frame(ImageBytes file, int at, int marker) throws BadImageException {
    if (file.u16be(at + 2) < 8) {
      throw file.bad("is a JPEG with a damaged frame header");
    }
    Size size = ImageFormat.promised(file, file.u16be(at + 5), file.u16be(at + 7));
    // A Huffman code has at least one bit, and each block of 64 pixels has at least one code.
    boolean huffman = marker <= 0xc2;
    if (huffman && size.pixels() / 64 > 8L * file.length()) {
      throw ImageFormat.tooShortFor(file, size);
    }
    return size;
  }
}
