package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.FileBytes;
import dev.dovetail.weights.tensors.Region;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The bytes of a pickle program, read in windows from a range of a file. No length in the program
 * is believed before it was compared with what is left.
 */
final class PickleInput implements Closeable {

  /** Far above any checkpoint's: the programs hold names and shapes, not weights. */
  private static final long MAX_HEAP = 192L << 20;

  private final FileChannel channel;
  private final Region range;
  private final ByteBuffer window;
  private long windowEnd;
  private long spent;

  /** Opens the file; the program starts with the range and may end before it. */
  PickleInput(Region range) throws IOException {
    this.channel = FileChannel.open(range.file(), StandardOpenOption.READ);
    this.range = range;
    this.window = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    this.windowEnd = range.offset();
  }

  /** The byte of the file that is read next. */
  long position() {
    return windowEnd - window.remaining();
  }

  private long left() {
    return range.offset() + range.bytes() - position();
  }

  int unsignedByte() throws IOException {
    return need(1).get() & 0xff;
  }

  int unsignedShort() throws IOException {
    return need(2).getShort() & 0xffff;
  }

  int signedInt() throws IOException {
    return need(4).getInt();
  }

  long unsignedInt() throws IOException {
    return signedInt() & 0xffffffffL;
  }

  long signedLong() throws IOException {
    return need(8).getLong();
  }

  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
  }

  byte[] bytes(long count) throws IOException {
    requireLeft(count);
    spend(count);
    byte[] bytes = new byte[(int) count];
    int buffered = Math.min(bytes.length, window.remaining());
    window.get(bytes, 0, buffered);
    if (buffered < bytes.length) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, buffered, bytes.length - buffered);
      FileBytes.read(channel, range.file(), rest, windowEnd);
      windowEnd += bytes.length - buffered;
    }
    return bytes;
  }

  /**
   * Where the next {@code count} bytes lie, which are not read.
   *
   * @throws CheckpointException if the file does not have as many
   */
  Region skip(long count) throws CheckpointException {
    requireLeft(count);
    Region skipped = new Region(range.file(), position(), count);
    long buffered = Math.min(count, window.remaining());
    window.position(window.position() + (int) buffered);
    windowEnd += count - buffered;
    return skipped;
  }

  private void requireLeft(long count) throws CheckpointException {
    if (count < 0 || count > left()) {
      throw problem(
          String.format(
              Locale.ROOT,
              "announces %s bytes of text or data, but %d are left",
              Long.toUnsignedString(count),
              left()));
    }
  }

  /** The bytes up to the next line feed, which is skipped, one character each. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      line.append((char) c);
      spend(1);
    }
    return line.toString();
  }

  String utf8(long count) throws IOException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** The window, with at least {@code count} bytes in it. */
  private ByteBuffer need(int count) throws IOException {
    if (window.remaining() < count) {
      if (left() < count) {
        throw problem("is cut off: it ends in the middle of an instruction");
      }
      window.compact();
      long unread = range.offset() + range.bytes() - windowEnd;
      window.limit((int) Math.min(window.capacity(), window.position() + unread));
      int fresh = window.remaining();
      FileBytes.read(channel, range.file(), window, windowEnd);
      windowEnd += fresh;
      window.flip();
    }
    return window;
  }

  /**
   * Accounts for what the programs make the reader allocate or copy; an instruction of a few bytes
   * can repeat something large.
   *
   * @throws CheckpointException if it is more in all than the programs of any checkpoint need
   */
  void spend(long bytes) throws CheckpointException {
    spent += bytes;
    if (spent > MAX_HEAP) {
      throw problem(
          "would take more than " + MAX_HEAP + " bytes to run, which no checkpoint needs");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A sentence about the program at the current place. */
  CheckpointException problem(String what) {
    return new CheckpointException(
        range.file(), "holds a pickle program that " + what + " (at byte " + position() + ")");
  }
}
