package dev.dovetail.models.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.data.mask.Rle;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The objects found so far, one image a line in the order of the run, in a file that a killed run
 * leaves readable: a line that was cut is dropped when it is opened again.
 */
final class ObjectJournal implements Closeable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A line: one image, its objects in columns. */
  private record Line(
      long image,
      int height,
      int width,
      double[] boxes,
      double[] scores,
      long[] categories,
      String[] masks) {}

  private record Place(long offset, int length) {}

  private final Path file;
  private final FileChannel channel;
  private final Map<Long, Place> places = new LinkedHashMap<>();

  private ObjectJournal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static ObjectJournal open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ObjectJournal journal = new ObjectJournal(file, channel);
    try {
      journal.index();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return journal;
  }

  private void index() throws IOException {
    long whole = 0;
    try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "r")) {
      for (byte[] line = line(lines); line != null; line = line(lines)) {
        places.put(parse(line).image(), new Place(whole, line.length));
        whole += line.length + 1;
      }
    }
    channel.truncate(whole);
    channel.position(whole);
  }

  /** The bytes to the next line feed, or null where there is none. */
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

  private Line parse(byte[] line) throws IOException {
    try {
      return JSON.readValue(line, Line.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is damaged; delete it and run again: " + e.getOriginalMessage());
    }
  }

  /** The images that are done. */
  Set<Long> images() {
    return places.keySet();
  }

  void append(FoundObjects found, int height, int width) throws IOException {
    String[] masks = new String[found.count()];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = found.masks()[i].compressed();
    }
    Line line =
        new Line(
            found.imageId(),
            height,
            width,
            found.boxes(),
            found.scores(),
            found.categoryIds(),
            masks);
    String text = JSON.writeValueAsString(line);
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
    Place place = new Place(channel.position(), bytes.remaining() - 1);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    places.put(found.imageId(), place);
  }

  FoundObjects read(long image) throws IOException {
    Place place = places.get(image);
    ByteBuffer bytes = ByteBuffer.allocate(place.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new IOException(file + " became shorter while it was in use");
      }
    }
    Line line = parse(bytes.array());
    Rle[] masks = new Rle[line.masks().length];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = Rle.ofCompressed(line.height(), line.width(), line.masks()[i]);
    }
    return new FoundObjects(line.image(), line.boxes(), line.scores(), line.categories(), masks);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
