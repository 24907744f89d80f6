package dev.dovetail.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.files.OutputException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A journal of results with one image per line: a checksum, the image's name and the result as
 * JSON, separated by tabs. It remains readable after a run was killed: a truncated line is removed
 * when the journal is opened again, and a damaged line counts as missing. JSON is parsed on access
 * only.
 *
 * @param <T> a record that Jackson can read and write
 */
public final class Journal<T extends Record> implements Closeable {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private static final int CHECKSUM = 8;

  /** The position of the JSON of an image in the file. */
  private record Place(long offset, int length) {}

  private final Path file;
  private final FileChannel channel;
  private final Class<T> type;
  private final Map<String, Place> places = new HashMap<>();

  private Journal(Path file, FileChannel channel, Class<T> type) {
    this.file = file;
    this.channel = channel;
    this.type = type;
  }

  /**
   * Opens a journal, creating it if necessary.
   *
   * @throws OutputException if it cannot be opened
   */
  public static <T extends Record> Journal<T> open(Path file, Class<T> type)
      throws OutputException {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Journal<T> journal = new Journal<>(file, channel, type);
      try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "r")) {
        journal.index(lines);
        return journal;
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private void index(RandomAccessFile lines) throws IOException {
    long whole = 0;
    for (byte[] line = line(lines); line != null; line = line(lines)) {
      index(line, whole);
      whole += line.length + 1;
    }
    channel.truncate(whole);
    channel.position(whole);
  }

  /**
   * Records the position of a line's JSON. An image whose line is damaged or unknown is processed
   * again.
   */
  private void index(byte[] line, long start) throws IOException {
    int name = CHECKSUM + 1;
    if (line.length <= name
        || line[CHECKSUM] != '\t'
        || !checksum(line, name).equals(text(line, 0, CHECKSUM))) {
      return;
    }
    int json = name;
    while (json < line.length && line[json] != '\t') {
      json++;
    }
    try {
      String image = JSON.readValue(text(line, name, json - name), String.class);
      if (json < line.length) {
        places.put(image, new Place(start + json + 1, line.length - json - 1));
      }
    } catch (JsonProcessingException e) {
      // Without a name, the line does not belong to any image.
    }
  }

  private static String text(byte[] line, int from, int length) {
    return new String(line, from, length, StandardCharsets.UTF_8);
  }

  private static String checksum(byte[] line, int from) {
    CRC32 crc = new CRC32();
    crc.update(line, from, line.length - from);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /** Returns the bytes up to the next line feed, or null if there is none. */
  private static byte[] line(RandomAccessFile in) throws IOException {
    long start = in.getFilePointer();
    byte[] buffer = new byte[1 << 16];
    for (long at = start; ; at += buffer.length) {
      in.seek(at);
      int n = in.read(buffer);
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          byte[] line = new byte[Math.toIntExact(at + i - start)];
          in.seek(start);
          in.readFully(line);
          in.seek(at + i + 1);
          return line;
        }
      }
      if (n < buffer.length) {
        return null;
      }
    }
  }

  /** Returns whether the journal contains the result of an image. */
  public synchronized boolean holds(String image) {
    return places.containsKey(image);
  }

  /**
   * Adds the result of an image.
   *
   * @throws OutputException if it cannot be written
   */
  public void append(String image, T result) throws OutputException {
    try {
      write(image, result);
    } catch (IOException e) {
      throw new OutputException(file, e);
    }
  }

  private void write(String image, T result) throws IOException {
    byte[] name = JSON.writeValueAsBytes(image);
    byte[] json = JSON.writeValueAsBytes(result);
    byte[] line = new byte[CHECKSUM + 1 + name.length + 1 + json.length];
    line[CHECKSUM] = '\t';
    System.arraycopy(name, 0, line, CHECKSUM + 1, name.length);
    line[line.length - json.length - 1] = '\t';
    System.arraycopy(json, 0, line, line.length - json.length, json.length);
    byte[] checksum = checksum(line, CHECKSUM + 1).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(checksum, 0, line, 0, CHECKSUM);
    synchronized (this) {
      long start = channel.position();
      write(line);
      write(new byte[] {'\n'});
      places.put(image, new Place(start + line.length - json.length, json.length));
    }
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  /** Returns the result of an image for which {@link #holds} is true. */
  public T read(String image) throws IOException {
    Place place;
    synchronized (this) {
      place = places.get(image);
    }
    ByteBuffer bytes = ByteBuffer.allocate(place.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("the journal of predictions was truncated while it was in use");
      }
    }
    return JSON.readValue(bytes.array(), type);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
