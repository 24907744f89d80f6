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
 * Reads the bytes of a pickle program in windows from a range of a file. Lengths in the program are
 * checked against the remaining bytes before they are used.
 */
final class PickleInput implements Closeable {

  /**
   * A limit far above the size of real programs, which contain names and shapes rather than
   * weights.
   */
  private static final long MAX_HEAP = 192L << 20;

  private final FileChannel channel;
  private final Region range;
  private final ByteBuffer window;
  private long windowEnd;
  private long spent;

  /**
   * Opens the file. The program starts at the beginning of the range and may end before its end.
   */
  PickleInput(Region range) throws IOException {
    this.channel = FileChannel.open(range.file(), StandardOpenOption.READ);
    this.range = range;
    this.window = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    this.windowEnd = range.offset();
  }

  /** Returns the position in the file of the next byte. */
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
   * Skips the next {@code count} bytes, and returns their location.
   *
   * @throws CheckpointException if the file has fewer bytes
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
              "declares %s bytes of text or data, but %d are left",
              Long.toUnsignedString(count),
              left()));
    }
  }

  /** Reads the bytes up to the next line feed, which is skipped, as one character each. */
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

  /** Returns the window with at least {@code count} bytes. */
  private ByteBuffer need(int count) throws IOException {
    if (window.remaining() < count) {
      if (left() < count) {
        throw problem("is truncated: it ends in the middle of an instruction");
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
   * Accounts for memory that the reader allocates or copies, since a short instruction can repeat a
   * large object.
   *
   * @throws CheckpointException if the total exceeds the needs of any real checkpoint
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

  /** Returns an exception about the program at the current position. */
  CheckpointException problem(String what) {
    return new CheckpointException(
        range.file(), "contains a pickle program that " + what + " (at byte " + position() + ")");
  }
}
