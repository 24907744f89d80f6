package dev.dovetail.formats.classification;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.dovetail.files.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the best classes of images, one JSON object per line: {@code {"image":"cat/1.jpg",
 * "classes":[{"label":0,"name":"cat","score":0.9},…]}}. The file exists after {@link #finish} was
 * called.
 */
public final class ClassResultsWriter implements Closeable {

  private static final JsonFactory JSON = new JsonFactory();

  private final OutputFile file;
  private final OutputStream out;
  private final JsonGenerator json;

  private ClassResultsWriter(OutputFile file) throws IOException {
    this.file = file;
    this.out = file.open();
    this.json = JSON.createGenerator(out);
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }

  /**
   * Starts a new list. It replaces an existing file when it is finished.
   *
   * @param file the file to write
   * @return the writer
   * @throws IOException if the file cannot be written
   */
  public static ClassResultsWriter create(Path file) throws IOException {
    return new ClassResultsWriter(OutputFile.create(file));
  }

  /**
   * Appends an image.
   *
   * @param image its path below the directory of the images
   * @param best the labels of its best classes, best first
   * @param scores [classes]: from 0 to 1
   * @param names of the classes
   * @throws IOException if the file cannot be written
   */
  public void add(String image, int[] best, float[] scores, List<String> names) throws IOException {
    json.writeStartObject();
    json.writeStringField("image", image);
    json.writeArrayFieldStart("classes");
    for (int label : best) {
      json.writeStartObject();
      json.writeNumberField("label", label);
      json.writeStringField("name", names.get(label));
      json.writeNumberField("score", scores[label]);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /**
   * Ends the list and moves the file into place.
   *
   * @throws IOException if the file cannot be written
   */
  public void finish() throws IOException {
    json.close();
    out.write('\n');
    out.close();
    file.commit();
  }

  /** Discards an unfinished file. */
  @Override
  public void close() throws IOException {
    try (file;
        out) {
      json.close();
    }
  }
}
