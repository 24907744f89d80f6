package dev.dovetail.weights.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Reads ranges of a file completely. */
public final class FileBytes {

  private FileBytes() {}

  /**
   * Fills the rest of {@code into}, starting at {@code position}.
   *
   * @throws CheckpointException if the file ends too early
   */
  public static void read(FileChannel channel, Path file, ByteBuffer into, long position)
      throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "ends at byte %d, where %d more bytes were expected: it is truncated",
                at,
                into.remaining()));
      }
      at += read;
    }
  }

  /** Returns the {@code length} bytes at {@code position}, little-endian, ready for reading. */
  public static ByteBuffer read(FileChannel channel, Path file, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(channel, file, bytes, position);
    return bytes.flip();
  }

  /** Returns the bytes of a small region, little-endian, ready for reading. */
  public static ByteBuffer read(Region region) throws IOException {
    try (FileChannel channel = FileChannel.open(region.file(), StandardOpenOption.READ)) {
      return read(channel, region.file(), region.offset(), Math.toIntExact(region.bytes()));
    }
  }
}
