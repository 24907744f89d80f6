package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.Region;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Returns zip entries as ranges of a file. Stored entries, as written by PyTorch and {@code
 * numpy.savez}, are ranges of the archive. Compressed entries are unpacked to a temporary file. The
 * total size is limited, so that a small archive cannot fill the disk.
 */
final class ZipUnpacker {

  /** Weights are hardly compressible; a higher ratio indicates a decompression bomb. */
  private static final long MAX_RATIO = 32;

  private static final long ALWAYS_ALLOWED = 64L << 20;

  private final Path file;
  private final ZipArchive zip;
  private final Map<String, Region> unpacked = new HashMap<>();
  private final List<Path> temporary = new ArrayList<>();
  private long budget;

  ZipUnpacker(Path file, ZipArchive zip) throws IOException {
    this.file = file;
    this.zip = zip;
    this.budget = Math.max(ALWAYS_ALLOWED, Files.size(file) * MAX_RATIO);
  }

  /**
   * Returns the bytes of an entry by name.
   *
   * @throws CheckpointException if it is missing or damaged
   */
  Region bytes(String name) throws IOException {
    Region known = unpacked.get(name);
    if (known != null) {
      return known;
    }
    ZipArchive.Entry entry =
        zip.find(name)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        file,
                        "has no zip entry "
                            + CheckpointException.quote(name)
                            + ", which it refers to"));
    Region region = entry.stored() ? zip.packed(entry) : inflate(entry);
    unpacked.put(name, region);
    return region;
  }

  /** Returns the temporary files created so far; the user of the regions deletes them. */
  List<Path> temporary() {
    return List.copyOf(temporary);
  }

  /** Deletes the temporary files after the archive turned out to be unusable. */
  void discard() throws IOException {
    for (Path path : temporary) {
      Files.deleteIfExists(path);
    }
  }

  private Region inflate(ZipArchive.Entry entry) throws IOException {
    String quoted = CheckpointException.quote(entry.name());
    budget -= entry.bytes();
    if (budget < 0) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "would expand to more than %d times its size with zip entry %s of %d bytes: it"
                  + " looks like a decompression bomb",
              MAX_RATIO,
              quoted,
              entry.bytes()));
    }
    Region packed = zip.packed(entry);
    Path target = Files.createTempFile("dovetail-", ".unpacked");
    temporary.add(target);
    Inflater inflater = new Inflater(true);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        OutputStream out = Files.newOutputStream(target)) {
      InputStream in =
          new InflaterInputStream(
              new Bounded(
                  Channels.newInputStream(channel.position(packed.offset())), packed.bytes()),
              inflater,
              1 << 16);
      long copied = copy(in, out, entry.bytes());
      if (copied != entry.bytes()) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "has a zip entry %s whose size is not the declared %d bytes",
                quoted,
                entry.bytes()));
      }
    } catch (ZipException | java.io.EOFException e) {
      throw new CheckpointException(file, "has a damaged zip entry " + quoted, e);
    } finally {
      inflater.end();
    }
    return new Region(target, 0, entry.bytes());
  }

  /** Copies at most one byte more than {@code expected}, and returns the number of bytes. */
  private static long copy(InputStream in, OutputStream out, long expected) throws IOException {
    byte[] window = new byte[1 << 16];
    long copied = 0;
    while (copied <= expected) {
      int read = in.read(window, 0, (int) Math.min(window.length, expected + 1 - copied));
      if (read < 0) {
        break;
      }
      out.write(window, 0, read);
      copied += read;
    }
    return copied;
  }

  /** Returns the first bytes of a stream. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = left == 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }
}
