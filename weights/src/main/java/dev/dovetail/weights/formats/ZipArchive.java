package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.FileBytes;
import dev.dovetail.weights.tensors.Region;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The central directory of a zip file, with the location of every entry's bytes. {@code
 * java.util.zip} does not expose this location, which is needed to use the stored entries of a
 * PyTorch checkpoint in place. Supports zip64. Entries that overlap or are outside the file are
 * rejected.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT 4.3</a>
 */
final class ZipArchive implements Closeable {

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64_LOCATOR = 0x07064b50;
  private static final int END64_LOCATOR_BYTES = 20;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT = 0xffff;
  private static final long MAX_DIRECTORY = 64L << 20;
  private static final long SATURATED = 0xffffffffL;

  /**
   * One file of the archive.
   *
   * @param name with its directories, separated by slashes
   * @param method 0 for stored, 8 for deflated
   * @param packed compressed size in bytes
   * @param bytes uncompressed size in bytes
   * @param header position of its local header
   * @param limit the earliest position of the next header
   */
  record Entry(String name, int method, long packed, long bytes, long header, long limit) {

    boolean stored() {
      return method == 0;
    }

    private Entry upTo(long next) {
      return new Entry(name, method, packed, bytes, header, next);
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Entry> entries;

  private ZipArchive(Path file, FileChannel channel, Map<String, Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.entries = entries;
  }

  /** Reads the central directory. */
  static ZipArchive open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new ZipArchive(file, channel, entries(file, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Map<String, Entry> entries(Path file, FileChannel channel) throws IOException {
    ByteBuffer tail = tail(file, channel);
    long size = channel.size();
    int end = findEnd(tail);
    if (end < 0) {
      throw new CheckpointException(
          file,
          "starts like a zip file but has no central directory at its end: it is truncated;"
              + " copy or download it again");
    }
    long endPosition = size - tail.limit() + end;
    long count = tail.getShort(end + 10) & 0xffff;
    long length = tail.getInt(end + 12) & SATURATED;
    long start = tail.getInt(end + 16) & SATURATED;
    long limit = endPosition;
    if (count == 0xffff || length == SATURATED || start == SATURATED) {
      limit = end64(file, channel, endPosition);
      ByteBuffer end64 = FileBytes.read(channel, file, limit, END64_BYTES);
      count = end64.getLong(32);
      length = end64.getLong(40);
      start = end64.getLong(48);
    }
    if (start < 0 || length < 0 || start > limit || length > limit - start) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has a zip central directory at bytes %d and the following %d, outside the %d"
                  + " before its end: it is damaged",
              start,
              length,
              limit));
    }
    if (length > MAX_DIRECTORY || count < 0 || count > length / CENTRAL_BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has a zip central directory of %d bytes for %d entries; at most %d bytes are"
                  + " read and an entry needs %d",
              length,
              count,
              MAX_DIRECTORY,
              CENTRAL_BYTES));
    }
    ByteBuffer directory = FileBytes.read(channel, file, start, (int) length);
    List<Entry> listed = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      listed.add(entry(file, directory));
    }
    return apart(file, listed, start);
  }

  private static ByteBuffer tail(Path file, FileChannel channel) throws IOException {
    int length = (int) Math.min(channel.size(), END_BYTES + MAX_COMMENT);
    return FileBytes.read(channel, file, channel.size() - length, length);
  }

  /** Finds the end record: the last one whose comment extends exactly to the end of the file. */
  private static int findEnd(ByteBuffer tail) {
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END
          && at + END_BYTES + (tail.getShort(at + 20) & 0xffff) == tail.limit()) {
        return at;
      }
    }
    return -1;
  }

  private static long end64(Path file, FileChannel channel, long end) throws IOException {
    long locator = end - END64_LOCATOR_BYTES;
    if (locator >= 0) {
      ByteBuffer bytes = FileBytes.read(channel, file, locator, END64_LOCATOR_BYTES);
      long position = bytes.getLong(8);
      if (bytes.getInt(0) == END64_LOCATOR
          && position >= 0
          && position <= locator - END64_BYTES
          && FileBytes.read(channel, file, position, 4).getInt() == END64) {
        return position;
      }
    }
    throw new CheckpointException(
        file, "is a zip64 file without its 64-bit end record: it is damaged");
  }

  private static Entry entry(Path file, ByteBuffer directory) throws CheckpointException {
    int at = directory.position();
    if (directory.remaining() < CENTRAL_BYTES || directory.getInt(at) != CENTRAL) {
      throw new CheckpointException(file, "has a damaged zip central directory at its byte " + at);
    }
    int nameLength = directory.getShort(at + 28) & 0xffff;
    int extraLength = directory.getShort(at + 30) & 0xffff;
    int commentLength = directory.getShort(at + 32) & 0xffff;
    int after = at + CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (after > directory.limit()) {
      throw new CheckpointException(file, "has a truncated zip central directory");
    }
    byte[] nameBytes = new byte[nameLength];
    directory.get(at + CENTRAL_BYTES, nameBytes);
    String name = new String(nameBytes, StandardCharsets.UTF_8);
    long packed = directory.getInt(at + 20) & SATURATED;
    long bytes = directory.getInt(at + 24) & SATURATED;
    long header = directory.getInt(at + 42) & SATURATED;
    ByteBuffer extra =
        extra64(
            directory.slice(at + CENTRAL_BYTES + nameLength, extraLength).order(directory.order()));
    try {
      bytes = bytes == SATURATED ? extra.getLong() : bytes;
      packed = packed == SATURATED ? extra.getLong() : packed;
      header = header == SATURATED ? extra.getLong() : header;
    } catch (java.nio.BufferUnderflowException e) {
      throw new CheckpointException(
          file, "lacks the 64-bit size of entry " + CheckpointException.quote(name), e);
    }
    directory.position(after);
    int method = directory.getShort(at + 10) & 0xffff;
    boolean encrypted = (directory.getShort(at + 8) & 1) != 0;
    if (encrypted || method != 0 && method != 8 || method == 0 && packed != bytes) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has an entry %s of compression method %d%s, %d bytes packed and %d unpacked;"
                  + " expected a stored or deflated entry",
              CheckpointException.quote(name),
              method,
              encrypted ? ", encrypted" : "",
              packed,
              bytes));
    }
    return new Entry(name, method, packed, bytes, header, 0);
  }

  /** Returns the 64-bit sizes in the extra fields; empty if there are none. */
  private static ByteBuffer extra64(ByteBuffer extra) {
    int at = 0;
    while (at + 4 <= extra.limit()) {
      int length = extra.getShort(at + 2) & 0xffff;
      if (extra.getShort(at) == 1 && at + 4 + length <= extra.limit()) {
        return extra.slice(at + 4, length).order(extra.order());
      }
      at += 4 + length;
    }
    return ByteBuffer.allocate(0);
  }

  /**
   * Returns the entries by name, in the order of their positions, after checking that they do not
   * overlap.
   */
  private static Map<String, Entry> apart(Path file, List<Entry> listed, long end)
      throws CheckpointException {
    listed.sort(Comparator.comparingLong(Entry::header));
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < listed.size(); i++) {
      long next = i + 1 < listed.size() ? listed.get(i + 1).header() : end;
      Entry entry = listed.get(i).upTo(next);
      String quoted = CheckpointException.quote(entry.name());
      if (entry.header() < 0
          || entry.packed() < 0
          || entry.bytes() < 0
          || entry.packed() > next - entry.header() - LOCAL_BYTES) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "has a zip entry %s of %d bytes at byte %d that extends into the data at byte"
                    + " %d: entries overlap or are outside the file",
                quoted,
                entry.packed(),
                entry.header(),
                next));
      }
      if (entries.put(entry.name(), entry) != null) {
        throw new CheckpointException(file, "has two zip entries named " + quoted);
      }
    }
    return entries;
  }

  /** Returns all entries in the order of their positions. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  Optional<Entry> find(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /**
   * Returns the position of the entry's compressed bytes, after its local header of variable
   * length.
   */
  Region packed(Entry entry) throws IOException {
    ByteBuffer local = FileBytes.read(channel, file, entry.header(), LOCAL_BYTES);
    int nameLength = local.getShort(26) & 0xffff;
    long start = entry.header() + LOCAL_BYTES + nameLength + (local.getShort(28) & 0xffff);
    if (local.getInt(0) != LOCAL || start > entry.limit() - entry.packed()) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has no valid header for zip entry %s at byte %d: its %d bytes would not end before byte %d",
              CheckpointException.quote(entry.name()),
              entry.header(),
              entry.packed(),
              entry.limit()));
    }
    return new Region(file, start, entry.packed());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
