package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.ImageFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The container of a WebP (RFC 9649) and its image, or the first frame of an animation.
 *
 * @param canvas size of the canvas
 * @param left the first column of the image on the canvas
 * @param top the first row of the image on the canvas
 * @param picture size of the image
 * @param chunk the offset of the chunk with its coded pixels in the file
 */
record WebpStructure(
    ImageBytes file,
    Size canvas,
    int left,
    int top,
    Size picture,
    int chunk,
    Orientation orientation) {

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;
  private static final int ANIMATED = 0x02;
  private static final int HAS_EXIF = 0x08;

  static WebpStructure of(ImageBytes file) throws BadImageException {
    long end = 8 + (file.i32le(4) & 0xffffffffL);
    if (!file.has(0, end) || !file.has(FIRST_CHUNK + CHUNK_HEADER, 10)) {
      throw file.cutOff("of the " + end + " in its header");
    }
    if (!type(file, FIRST_CHUNK).equals("VP8X")) {
      int chunk = pictureChunk(file, FIRST_CHUNK, end);
      Size size = pictureSize(file, chunk);
      return new WebpStructure(file, size, 0, 0, size, chunk, Orientation.UPRIGHT);
    }
    int header = FIRST_CHUNK + CHUNK_HEADER;
    int flags = file.u8(header);
    Size canvas =
        ImageFormat.promised(file, 1 + u24le(file, header + 7), 1 + u24le(file, header + 4));
    Orientation orientation =
        (flags & HAS_EXIF) == 0 ? Orientation.UPRIGHT : orientation(file, end);
    if ((flags & ANIMATED) == 0) {
      int chunk = pictureChunk(file, FIRST_CHUNK, end);
      return new WebpStructure(file, canvas, 0, 0, pictureSize(file, chunk), chunk, orientation)
          .checked(true);
    }
    int frame = find(file, FIRST_CHUNK, end, "ANMF");
    if (frame < 0 || length(file, frame) < FRAME_HEADER) {
      throw withoutPicture(file);
    }
    int at = frame + CHUNK_HEADER;
    int chunk = pictureChunk(file, at + FRAME_HEADER, at + length(file, frame));
    return new WebpStructure(
            file,
            canvas,
            2 * u24le(file, at),
            2 * u24le(file, at + 3),
            pictureSize(file, chunk),
            chunk,
            orientation)
        .checked(false);
  }

  private WebpStructure checked(boolean whole) throws BadImageException {
    boolean fits =
        left + picture.width() <= canvas.width() && top + picture.height() <= canvas.height();
    if (whole ? !picture.equals(canvas) : !fits) {
      throw file.bad(
          "is a damaged WebP: its image of "
              + picture
              + " pixels does not fit its canvas of "
              + canvas);
    }
    return this;
  }

  /**
   * Returns a WebP file with only the image. The decoder does not see the container, because it
   * would reject an animation and write to the native standard error.
   */
  byte[] alone() {
    int length = CHUNK_HEADER + (int) length(file, chunk);
    int padded = length + (length & 1);
    ByteBuffer alone = ByteBuffer.allocate(FIRST_CHUNK + padded).order(ByteOrder.LITTLE_ENDIAN);
    alone.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + padded);
    alone.put("WEBP".getBytes(StandardCharsets.US_ASCII)).put(file.bytes(), chunk, length);
    return alone.array();
  }

  private static Orientation orientation(ImageBytes file, long end) {
    int exif = find(file, FIRST_CHUNK, end, "EXIF");
    return exif < 0
        ? Orientation.UPRIGHT
        : Orientation.ofExif(file, exif + CHUNK_HEADER, (int) length(file, exif));
  }

  /** Returns the offset of the coded pixels between two offsets: lossy or lossless. */
  private static int pictureChunk(ImageBytes file, int from, long end) throws BadImageException {
    int lossy = find(file, from, end, "VP8 ");
    int chunk = lossy >= 0 ? lossy : find(file, from, end, "VP8L");
    if (chunk < 0 || length(file, chunk) < 5) {
      throw withoutPicture(file);
    }
    return chunk;
  }

  private static Size pictureSize(ImageBytes file, int chunk) throws BadImageException {
    int data = chunk + CHUNK_HEADER;
    if (type(file, chunk).equals("VP8L")) {
      int bits = file.i32le(data + 1);
      return ImageFormat.promised(file, 1 + (bits >>> 14 & 0x3fff), 1 + (bits & 0x3fff));
    }
    if (length(file, chunk) < 10) {
      throw withoutPicture(file);
    }
    return ImageFormat.promised(file, file.u16le(data + 8) & 0x3fff, file.u16le(data + 6) & 0x3fff);
  }

  /** Returns the first complete chunk of a type; -1 for none. */
  private static int find(ImageBytes file, int from, long end, String type) {
    long at = from;
    while (at + CHUNK_HEADER <= end && file.has(at, CHUNK_HEADER)) {
      long length = length(file, (int) at);
      if (at + CHUNK_HEADER + length > end) {
        return -1;
      }
      if (type(file, (int) at).equals(type)) {
        return (int) at;
      }
      at += CHUNK_HEADER + length + (length & 1);
    }
    return -1;
  }

  private static BadImageException withoutPicture(ImageBytes file) {
    return file.bad("is a WebP without a complete image");
  }

  private static String type(ImageBytes file, int chunk) {
    return file.text(chunk, 4);
  }

  private static long length(ImageBytes file, int chunk) {
    return file.i32le(chunk + 4) & 0xffffffffL;
  }

  private static int u24le(ImageBytes file, int at) {
    return file.u16le(at) | file.u8(at + 2) << 16;
  }
}
