package dev.dovetail.formats.image;

import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A PNG file with complete and undamaged chunks (PNG specification, third edition). It returns the
 * stored samples: palette indices and 16-bit samples are not converted, as required for label maps
 * and id maps.
 */
public final class PngFile {

  /** The color type of a PNG. */
  public enum Colour {
    /** One sample: brightness. */
    GREY(0, 1),
    /** Three samples: red, green, blue. */
    RGB(2, 3),
    /** One sample: the index of a color in a palette. */
    PALETTE(3, 1),
    /** Two samples: brightness and opacity. */
    GREY_ALPHA(4, 2),
    /** Four samples: red, green, blue, opacity. */
    RGBA(6, 4);

    private final int code;
    private final int channels;

    Colour(int code, int channels) {
      this.code = code;
      this.channels = channels;
    }

    /** The code in a header. */
    int code() {
      return code;
    }

    /** {@return the number of samples per pixel} */
    public int channels() {
      return channels;
    }
  }

  /** The location of a chunk's data in the file. */
  record Piece(int offset, int length) {}

  private static final int SIGNATURE = 8;

  /** The largest ratio of deflate: 258 bytes from two bits. */
  private static final long MAX_EXPANSION = 1032;

  private final ImageBytes file;
  private final Size size;
  private final int bitDepth;
  private final Colour colour;
  private final boolean interlaced;
  private final List<Piece> pieces;
  private final Piece palette;
  private final Piece exif;

  /**
   * Creates a file from its header and chunks.
   *
   * @param palette null for none
   * @param exif null for none
   */
  private PngFile(ImageBytes file, List<Piece> pieces, Piece palette, Piece exif)
      throws BadImageException {
    int header = SIGNATURE + 8;
    this.file = file;
    this.pieces = List.copyOf(pieces);
    this.palette = palette;
    this.exif = exif;
    this.size =
        ImageFormat.promised(
            file, file.i32be(header + 4) & 0xffffffffL, file.i32be(header) & 0xffffffffL);
    this.bitDepth = file.u8(header + 8);
    this.colour = colour(file, file.u8(header + 9), bitDepth);
    this.interlaced = file.u8(header + 12) == 1;
    if (file.u8(header + 12) > 1) {
      throw file.bad("is a PNG with an unknown interlace method");
    }
    long stored = pieces.stream().mapToLong(Piece::length).sum();
    if (PngSamples.storedBytes(this) > stored * MAX_EXPANSION) {
      throw ImageFormat.tooShortFor(file, size);
    }
  }

  /**
   * Reads a file and checks its structure without decompressing it.
   *
   * @param path the file
   * @return the file, with its samples still compressed
   * @throws BadImageException if the file is not a PNG, is truncated or is damaged
   */
  public static PngFile read(Path path) throws IOException {
    return read(ImageBytes.read(path));
  }

  /**
   * Checks the structure of a file that should be a PNG without decompressing it.
   *
   * @param file the content of a file of any format
   * @return the file, with its samples still compressed
   * @throws BadImageException if the file is not a PNG, is truncated or is damaged
   */
  public static PngFile read(ImageBytes file) throws BadImageException {
    if (ImageFormat.of(file) != ImageFormat.PNG) {
      throw file.bad("is a " + ImageFormat.of(file) + " file by its content; expected a PNG");
    }
    return of(file);
  }

  /**
   * Checks the structure of a PNG without decompressing it.
   *
   * @param file a PNG by its first bytes
   * @return the file, with its samples still compressed
   * @throws BadImageException if it is truncated or damaged
   */
  public static PngFile of(ImageBytes file) throws BadImageException {
    List<Piece> pieces = new ArrayList<>();
    Piece palette = null;
    Piece exif = null;
    int at = SIGNATURE;
    while (true) {
      if (!file.has(at, 12)) {
        throw file.cutOff("without an IEND chunk");
      }
      long length = file.i32be(at) & 0xffffffffL;
      String type = file.text(at + 4, 4);
      if (!file.has(at, length + 12)) {
        throw file.cutOff("within its " + type + " chunk");
      }
      checkSum(file, at, type, (int) length);
      if (at == SIGNATURE && !(type.equals("IHDR") && length == 13)) {
        throw file.bad("is a PNG that does not begin with an IHDR chunk");
      }
      Piece data = new Piece(at + 8, (int) length);
      if (type.equals("IEND")) {
        break;
      }
      switch (type) {
        case "IDAT" -> pieces.add(data);
        case "PLTE" -> palette = palette == null ? data : palette;
        case "eXIf" -> exif = exif == null ? data : exif;
        default -> {}
      }
      at += 12 + (int) length;
    }
    if (pieces.isEmpty()) {
      throw file.bad("is a PNG without image data (no IDAT chunk)");
    }
    return new PngFile(file, pieces, palette, exif);
  }

  private static void checkSum(ImageBytes file, int at, String type, int length)
      throws BadImageException {
    boolean critical = (type.charAt(0) & 0x20) == 0;
    CRC32 crc = new CRC32();
    crc.update(file.bytes(), at + 4, length + 4);
    if (critical && (int) crc.getValue() != file.i32be(at + 8 + length)) {
      throw file.bad("is damaged: the checksum of its " + type + " chunk is wrong");
    }
  }

  private static Colour colour(ImageBytes file, int code, int bitDepth) throws BadImageException {
    for (Colour colour : Colour.values()) {
      if (colour.code == code) {
        boolean fits =
            switch (bitDepth) {
              case 1, 2, 4 -> colour == Colour.GREY || colour == Colour.PALETTE;
              case 8 -> true;
              case 16 -> colour != Colour.PALETTE;
              default -> false;
            };
        if (fits) {
          return colour;
        }
      }
    }
    throw file.bad("is a PNG of unknown color type " + code + " with " + bitDepth + " bits");
  }

  /** {@return height and width} */
  public Size size() {
    return size;
  }

  /** {@return bits per sample: 1, 2, 4, 8 or 16} */
  public int bitDepth() {
    return bitDepth;
  }

  /** {@return the color type} */
  public Colour colour() {
    return colour;
  }

  /** {@return the EXIF block, which label maps ignore; empty for none} */
  public byte[] exif() {
    return exif == null
        ? new byte[0]
        : Arrays.copyOfRange(file.bytes(), exif.offset(), exif.offset() + exif.length());
  }

  /**
   * {@return red, green and blue of each palette entry}
   *
   * @throws BadImageException if there is no palette
   */
  public byte[] palette() throws BadImageException {
    if (palette == null) {
      throw file.bad("is a palette PNG without a palette (no PLTE chunk)");
    }
    return Arrays.copyOfRange(
        file.bytes(), palette.offset(), palette.offset() + palette.length() / 3 * 3);
  }

  boolean interlaced() {
    return interlaced;
  }

  List<Piece> pieces() {
    return pieces;
  }

  /** {@return the file's content} */
  public ImageBytes file() {
    return file;
  }

  /**
   * Returns the stored samples, {@code [height, width, channels]}, without scaling. Samples of up
   * to 8 bits take one byte, those of 16 bits two bytes, big-endian.
   *
   * @return the samples
   * @throws BadImageException if the compressed data is damaged
   */
  public byte[] samples() throws BadImageException {
    return PngSamples.of(this);
  }
}
