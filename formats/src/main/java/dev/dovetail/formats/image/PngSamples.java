package dev.dovetail.formats.image;

import dev.dovetail.formats.Size;
import java.util.Iterator;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses, unfilters and unpacks the image data of a {@link PngFile}. */
final class PngSamples {

  /** The start and the pixel distance of one pass of an interlaced image. */
  private record Pass(int top, int left, int down, int right) {

    int rows(Size size) {
      return Math.max(0, (size.height() - top + down - 1) / down);
    }

    int columns(Size size) {
      return Math.max(0, (size.width() - left + right - 1) / right);
    }
  }

  private static final List<Pass> WHOLE = List.of(new Pass(0, 0, 1, 1));
  private static final List<Pass> ADAM7 =
      List.of(
          new Pass(0, 0, 8, 8),
          new Pass(0, 4, 8, 8),
          new Pass(4, 0, 8, 4),
          new Pass(0, 2, 4, 4),
          new Pass(2, 0, 4, 2),
          new Pass(0, 1, 2, 2),
          new Pass(1, 0, 2, 1));

  /**
   * The approximate size in bytes of the blocks in which rows are decompressed. They fit into the
   * cache.
   */
  private static final int BLOCK = 1 << 15;

  private final PngFile png;
  private final Iterator<PngFile.Piece> pieces;
  private final Inflater inflater;

  private PngSamples(PngFile png, Inflater inflater) {
    this.png = png;
    this.pieces = png.pieces().iterator();
    this.inflater = inflater;
  }

  static byte[] of(PngFile png) throws BadImageException {
    long length = png.size().pixels() * pixelBytes(png);
    if (length > Integer.MAX_VALUE - 8) {
      throw png.file().bad("is too large: its pixels take " + length + " bytes");
    }
    byte[] samples = new byte[(int) length];
    Inflater inflater = new Inflater();
    try {
      PngSamples decoder = new PngSamples(png, inflater);
      if (png.interlaced()) {
        for (Pass pass : ADAM7) {
          decoder.scatter(pass, samples);
        }
      } else {
        decoder.rows(png.size().height(), png.size().width(), samples);
      }
    } finally {
      inflater.end();
    }
    return samples;
  }

  /** Returns the number of bytes of the decompressed image, including filter types. */
  static long storedBytes(PngFile png) {
    long sum = 0;
    for (Pass pass : png.interlaced() ? ADAM7 : WHOLE) {
      int columns = pass.columns(png.size());
      sum += columns == 0 ? 0 : pass.rows(png.size()) * (1 + rowBytes(png, columns));
    }
    return sum;
  }

  private static long rowBytes(PngFile png, int columns) {
    return ((long) columns * png.colour().channels() * png.bitDepth() + 7) / 8;
  }

  /** Returns the number of bytes per unpacked pixel. */
  private static int pixelBytes(PngFile png) {
    return png.colour().channels() * (png.bitDepth() == 16 ? 2 : 1);
  }

  private void scatter(Pass pass, byte[] samples) throws BadImageException {
    int rows = pass.rows(png.size());
    int columns = pass.columns(png.size());
    int bytes = pixelBytes(png);
    byte[] part = new byte[rows * columns * bytes];
    if (part.length == 0) {
      return;
    }
    rows(rows, columns, part);
    for (int y = 0; y < rows; y++) {
      int row = (pass.top + y * pass.down) * png.size().width();
      for (int x = 0; x < columns; x++) {
        int to = (row + pass.left + x * pass.right) * bytes;
        System.arraycopy(part, (y * columns + x) * bytes, samples, to, bytes);
      }
    }
  }

  private void rows(int rows, int columns, byte[] samples) throws BadImageException {
    int rowBytes = Math.toIntExact(rowBytes(png, columns));
    int unpackedRow = columns * pixelBytes(png);
    int step = Math.max(1, Math.min(rows, BLOCK / (rowBytes + 1)));
    byte[] block = new byte[step * (rowBytes + 1)];
    // Filters apply to whole bytes, so packed rows are unfiltered before unpacking.
    boolean packed = png.bitDepth() < 8;
    byte[] flat = packed ? new byte[2 * rowBytes] : samples;
    byte[] zeros = new byte[rowBytes];
    int distance = Math.max(1, png.colour().channels() * png.bitDepth() / 8);
    for (int y = 0; y < rows; y++) {
      if (y % step == 0) {
        inflate(block, Math.min(step, rows - y) * (rowBytes + 1));
      }
      int from = y % step * (rowBytes + 1);
      int to = packed ? (y & 1) * rowBytes : y * rowBytes;
      System.arraycopy(block, from + 1, flat, to, rowBytes);
      PngRow row =
          y == 0
              ? new PngRow(flat, to, rowBytes, distance, zeros, 0)
              : new PngRow(
                  flat, to, rowBytes, distance, flat, packed ? rowBytes - to : to - rowBytes);
      unfilter(block[from], row);
      if (packed) {
        unpack(flat, to, samples, y * unpackedRow, unpackedRow);
      }
    }
  }

  private void inflate(byte[] block, int length) throws BadImageException {
    try {
      int got = 0;
      while (got < length) {
        int n = inflater.inflate(block, got, length - got);
        got += n;
        if (n == 0) {
          if (inflater.finished() || inflater.needsDictionary() || !pieces.hasNext()) {
            throw png.file().bad("is damaged: its image data ends before its last row");
          }
          PngFile.Piece piece = pieces.next();
          inflater.setInput(png.file().bytes(), piece.offset(), piece.length());
        }
      }
    } catch (DataFormatException e) {
      throw png.file().bad("is damaged: its image data cannot be decompressed");
    }
  }

  private void unfilter(int filter, PngRow row) throws BadImageException {
    switch (filter) {
      case 0 -> {}
      case 1 -> row.sub();
      case 2 -> row.up();
      case 3 -> row.average();
      case 4 -> row.paeth();
      default -> throw png.file().bad("is damaged: a row has the unknown filter " + filter);
    }
  }

  private void unpack(byte[] in, int from, byte[] out, int to, int count) {
    int bits = png.bitDepth();
    int mask = (1 << bits) - 1;
    for (int i = 0; i < count; i++) {
      int bit = i * bits;
      out[to + i] = (byte) (in[from + (bit >> 3)] >> 8 - bits - (bit & 7) & mask);
    }
  }
}
