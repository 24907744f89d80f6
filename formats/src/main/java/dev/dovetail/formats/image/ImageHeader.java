package dev.dovetail.formats.image;

import dev.dovetail.formats.Size;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the size in an image's header without the rest of the file. It determines the order in
 * which images are processed. Truncated files are detected when they are decoded.
 */
public final class ImageHeader {

  /** The number of bytes that is enough for every format except JPEG. */
  private static final int START = 30;

  private static final int START_OF_SCAN = 0xda;

  private ImageHeader() {}

  /**
   * {@return the stored size of a file, before its EXIF orientation is applied} Reads only the
   * header.
   *
   * @param file the file
   * @throws BadImageException if the file does not begin like an image of a supported format
   * @throws IOException if it cannot be read
   */
  public static Size storedSize(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return storedSize(in, file.toString());
    }
  }

  /**
   * {@return the stored size of an image, before its EXIF orientation is applied}
   *
   * @param stream at the start of the image
   * @param name the name of the image in errors
   * @throws BadImageException if the stream does not begin like an image of a supported format
   * @throws IOException if it cannot be read
   */
  public static Size storedSize(InputStream stream, String name) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(stream));
    in.mark(START);
    byte[] start = in.readNBytes(START);
    in.reset();
    ImageBytes head = new ImageBytes(name, start);
    try {
      return switch (ImageFormat.of(head)) {
        case JPEG -> jpeg(in, name);
        case PNG -> size(big(start, 20), big(start, 16));
        case GIF -> size(little(start, 8) & 0xffff, little(start, 6) & 0xffff);
        case BMP -> bmp(start);
        case WEBP -> webp(start);
      };
    } catch (EOFException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new BadImageException(name + " has no complete header", e);
    }
  }

  private static Size size(int height, int width) {
    return new Size(height, width);
  }

  /** Skips from marker to marker until a frame header with the size (ITU-T T.81, annex B). */
  private static Size jpeg(DataInputStream in, String name) throws IOException {
    in.skipNBytes(2);
    while (true) {
      int marker = in.readUnsignedByte();
      if (marker != 0xff) {
        continue;
      }
      while (marker == 0xff) {
        marker = in.readUnsignedByte();
      }
      boolean lone = marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8;
      if (lone) {
        continue;
      }
      int length = in.readUnsignedShort();
      if (isJpegFrame(marker)) {
        in.skipNBytes(1);
        int height = in.readUnsignedShort();
        return size(height, in.readUnsignedShort());
      }
      if (marker == START_OF_SCAN) {
        throw new BadImageException(name + " is a JPEG without a frame header");
      }
      in.skipNBytes(length - 2L);
    }
  }

  /**
   * {@return whether a JPEG marker begins a frame header}
   *
   * @param marker its second byte
   */
  public static boolean isJpegFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /**
   * Reads a BMP header. The old header of 12 bytes has 16-bit sizes. A negative height means
   * top-down rows.
   */
  private static Size bmp(byte[] start) {
    return little(start, 14) == 12
        ? size(little(start, 20) & 0xffff, little(start, 18) & 0xffff)
        : size(Math.abs(little(start, 22)), little(start, 18));
  }

  /**
   * Reads a WebP header. The first chunk is the image or contains the size of the canvas (RFC
   * 9649).
   */
  private static Size webp(byte[] start) {
    return switch (new String(start, 12, 4, StandardCharsets.ISO_8859_1)) {
      case "VP8X" -> size(1 + (little(start, 27) & 0xffffff), 1 + (little(start, 24) & 0xffffff));
      case "VP8L" -> {
        int bits = little(start, 21);
        yield size(1 + (bits >>> 14 & 0x3fff), 1 + (bits & 0x3fff));
      }
      default -> size(little(start, 28) & 0x3fff, little(start, 26) & 0x3fff);
    };
  }

  private static int big(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }

  /** Returns four bytes, with zeros past the end. */
  private static int little(byte[] bytes, int at) {
    ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    four.put(bytes, at, Math.min(4, bytes.length - at));
    return four.getInt(0);
  }
}
