package dev.dovetail.data.coco;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.dovetail.data.mask.Rle;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a COCO result list row by row, one row a line.
 *
 * <p>Numbers are written with the fewest digits that give the same double back, so a score that was
 * a float32 is written as Python writes it. The closing bracket comes with {@link #close}; a file
 * whose writer was killed can be taken up again at a {@link #position} noted before.
 */
public final class CocoResultsWriter implements Closeable {

  private static final byte[] START = "[\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n]\n".getBytes(StandardCharsets.US_ASCII);
  private static final String BETWEEN = ",\n";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final FileChannel channel;
  private final OutputStream out;
  private final JsonGenerator json;

  private CocoResultsWriter(FileChannel channel) throws IOException {
    this.channel = channel;
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    this.json = JSON.createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter(BETWEEN));
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /** Starts a new list; an existing file is replaced. */
  public static CocoResultsWriter create(Path file) throws IOException {
    CocoResultsWriter writer =
        new CocoResultsWriter(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING));
    writer.out.write(START);
    return writer;
  }

  /**
   * Goes on with a list after the rows that end at a position; what follows there is cut off.
   *
   * @param position what {@link #position} said
   * @throws CocoFormatException if the file is shorter
   */
  public static CocoResultsWriter resume(Path file, long position) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    long size = channel.size();
    if (position < START.length || size < position) {
      channel.close();
      throw new CocoFormatException(
          file + ": cannot go on at byte " + position + ", the file has " + size);
    }
    channel.truncate(position);
    channel.position(position);
    CocoResultsWriter writer = new CocoResultsWriter(channel);
    if (position > START.length) {
      writer.out.write(BETWEEN.getBytes(StandardCharsets.US_ASCII));
    }
    return writer;
  }

  /** Appends a detection by its box: left, top, width, height in pixels. */
  public void box(
      long imageId, long categoryId, double score, double x, double y, double width, double height)
      throws IOException {
    start(imageId, categoryId);
    json.writeArrayFieldStart("bbox");
    for (double value : new double[] {x, y, width, height}) {
      json.writeNumber(finite(value, "bbox", imageId));
    }
    json.writeEndArray();
    end(imageId, score);
  }

  /** Appends a detection by its mask, without a box: its mask gives its area. */
  public void mask(long imageId, long categoryId, double score, Rle mask) throws IOException {
    start(imageId, categoryId);
    json.writeObjectFieldStart("segmentation");
    json.writeArrayFieldStart("size");
    json.writeNumber(mask.height());
    json.writeNumber(mask.width());
    json.writeEndArray();
    json.writeStringField("counts", mask.compressed());
    json.writeEndObject();
    end(imageId, score);
  }

  /** Hands everything to the file system and tells where the next row will come. */
  public long position() throws IOException {
    json.flush();
    out.flush();
    return channel.position();
  }

  /** Ends the list and closes the file. */
  @Override
  public void close() throws IOException {
    try (channel;
        out) {
      json.close();
      out.write(END);
    }
  }

  private void start(long imageId, long categoryId) throws IOException {
    json.writeStartObject();
    json.writeNumberField("image_id", imageId);
    json.writeNumberField("category_id", categoryId);
  }

  private void end(long imageId, double score) throws IOException {
    json.writeFieldName("score");
    json.writeNumber(finite(score, "score", imageId));
    json.writeEndObject();
  }

  private static double finite(double value, String field, long imageId) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "a detection of image " + imageId + " has the " + field + " " + value);
    }
    return value;
  }
}
