package dev.dovetail.models.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.mask.Rle;
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
import java.util.Map;

/**
 * The objects found so far by image file, one image a line in the order of the run. A killed run
 * leaves it readable: a line that was cut is dropped when the journal is opened again, and one that
 * is damaged counts as not written.
 */
final class ObjectJournal implements Closeable {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** A line: one image, its objects in columns. */
  private record Line(
      String image,
      int height,
      int width,
      double[] boxes,
      double[] scores,
      int[] labels,
      String[] masks) {}

  private record Place(long offset, int length) {}

  private final FileChannel channel;
  private final Map<String, Place> places = new HashMap<>();

  private ObjectJournal(FileChannel channel) {
    this.channel = channel;
  }

  static ObjectJournal open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ObjectJournal journal = new ObjectJournal(channel);
    try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "r")) {
      journal.index(lines);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return journal;
  }

  private void index(RandomAccessFile lines) throws IOException {
    long whole = 0;
    for (byte[] line = line(lines); line != null; line = line(lines)) {
      try {
        places.put(JSON.readValue(line, Line.class).image(), new Place(whole, line.length));
      } catch (JsonProcessingException e) {
        // The image is done again.
      }
      whole += line.length + 1;
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

  /** Whether the objects of an image are here. */
  boolean holds(String image) {
    return places.containsKey(image);
  }

  void append(String image, FoundObjects found) throws IOException {
    String[] masks = new String[found.count()];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = found.masks()[i].compressed();
    }
    Line line =
        new Line(
            image,
            found.image().height(),
            found.image().width(),
            found.boxes(),
            found.scores(),
            found.labels(),
            masks);
    String text = JSON.writeValueAsString(line);
    ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    Place place = new Place(channel.position(), bytes.remaining() - 1);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    places.put(image, place);
  }

  FoundObjects read(String image) throws IOException {
    Place place = places.get(image);
    ByteBuffer bytes = ByteBuffer.allocate(place.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, place.offset() + bytes.position()) < 0) {
        throw new EOFException("the journal of predictions became shorter while it was in use");
      }
    }
    Line line = JSON.readValue(bytes.array(), Line.class);
    Rle[] masks = new Rle[line.masks().length];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = Rle.ofCompressed(line.height(), line.width(), line.masks()[i]);
    }
    return new FoundObjects(
        new Size(line.height(), line.width()), line.boxes(), line.scores(), line.labels(), masks);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
