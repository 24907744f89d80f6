package dev.dovetail.weights.tensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Reading at a position, all or nothing. */
public final class FileBytes {

  private FileBytes() {}

  /**
   * Fills the rest of {@code into} from {@code position} on.
   *
   * @throws CheckpointException if the file ends before
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
                "ends at byte %d, where %d more bytes were expected: it is cut off",
                at,
                into.remaining()));
      }
      at += read;
    }
  }

  /** The {@code length} bytes at {@code position}, little-endian, ready to be read. */
  public static ByteBuffer read(FileChannel channel, Path file, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(channel, file, bytes, position);
    return bytes.flip();
  }

  /** The bytes of a small region, little-endian, ready to be read. */
  public static ByteBuffer read(Region region) throws IOException {
    try (FileChannel channel = FileChannel.open(region.file(), StandardOpenOption.READ)) {
      return read(channel, region.file(), region.offset(), Math.toIntExact(region.bytes()));
    }
  }
}
