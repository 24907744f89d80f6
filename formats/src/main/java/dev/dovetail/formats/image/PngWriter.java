package dev.dovetail.formats.image;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.PngFile.Colour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes samples as PNG files. {@link PngFile} reads back exactly the same samples. */
public final class PngWriter {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /**
   * The filter that stores a row as its difference from the one above. In maps of regions, adjacent
   * rows are mostly equal.
   */
  private static final int FILTER_UP = 2;

  /** The colors of a palette and their alpha values. */
  private static final List<String> PALETTE_CHUNKS = List.of("PLTE", "tRNS");

  private PngWriter() {}

  /**
   * Writes a file; an existing one is replaced when the new one is complete.
   *
   * @param file the file
   * @param size height and width
   * @param colour the color type; not a palette
   * @param bitDepth 8 or 16
   * @param samples {@code [height, width, channels]}, big-endian for 16 bits
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Size size, Colour colour, int bitDepth, byte[] samples)
      throws IOException {
    OutputFile.write(file, encode(size, colour, bitDepth, samples));
  }

  /**
   * Writes a file of palette indices; an existing one is replaced when the new one is complete.
   *
   * @param file the file
   * @param size height and width
   * @param palette red, green and blue of each entry
   * @param samples {@code [height, width]}
   * @throws IOException if the file cannot be written
   */
  public static void writePalette(Path file, Size size, byte[] palette, byte[] samples)
      throws IOException {
    writePalette(file, size, palette, new byte[0], samples);
  }

  /**
   * Writes a file of palette indices with colors that are not opaque.
   *
   * @param file the file
   * @param size height and width
   * @param palette red, green and blue of each entry
   * @param alpha of each entry; 0 is transparent; entries without a value are opaque
   * @param samples {@code [height, width]}
   * @throws IOException if the file cannot be written
   */
  public static void writePalette(
      Path file, Size size, byte[] palette, byte[] alpha, byte[] samples) throws IOException {
    OutputFile.write(file, encode(size, Colour.PALETTE, 8, List.of(palette, alpha), samples));
  }

  /**
   * {@return the content of the file that {@link #write} writes}
   *
   * @param size height and width
   * @param colour the color type; not a palette
   * @param bitDepth 8 or 16
   * @param samples {@code [height, width, channels]}, big-endian for 16 bits
   */
  public static byte[] encode(Size size, Colour colour, int bitDepth, byte[] samples) {
    if (colour == Colour.PALETTE || bitDepth != 8 && bitDepth != 16) {
      throw new IllegalArgumentException(
          "a PNG of " + colour + " pixels with " + bitDepth + " bits is not supported");
    }
    return encode(size, colour, bitDepth, List.of(), samples);
  }

  private static byte[] encode(
      Size size, Colour colour, int bitDepth, List<byte[]> palette, byte[] samples) {
    int row = Math.multiplyExact(size.width(), colour.channels() * bitDepth / 8);
    if (samples.length != (long) row * size.height()) {
      throw new IllegalArgumentException(
          "a PNG of "
              + size
              + " pixels takes "
              + (long) row * size.height()
              + " bytes, not "
              + samples.length);
    }
    ByteBuffer header = ByteBuffer.allocate(13).putInt(size.width()).putInt(size.height());
    header.put((byte) bitDepth).put((byte) colour.code());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    chunk(out, "IHDR", header.array());
    for (int i = 0; i < palette.size(); i++) {
      if (palette.get(i).length > 0) {
        chunk(out, PALETTE_CHUNKS.get(i), palette.get(i));
      }
    }
    chunk(out, "IDAT", deflated(samples, row));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /** Returns the rows, each preceded by the number of its filter. */
  private static byte[] deflated(byte[] samples, int row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    byte[] filtered = new byte[row + 1];
    filtered[0] = FILTER_UP;
    try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater, 1 << 15)) {
      for (int at = 0; at < samples.length; at += row) {
        for (int i = 0; i < row; i++) {
          filtered[i + 1] = (byte) (samples[at + i] - (at == 0 ? 0 : samples[at - row + i]));
        }
        deflating.write(filtered);
      }
    } catch (IOException e) {
      throw new AssertionError("writing to an array does not fail", e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }
}
