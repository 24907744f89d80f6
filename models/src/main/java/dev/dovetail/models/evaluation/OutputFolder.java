package dev.dovetail.models.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder of a run's results. It remembers what makes the predictions what they are, so that a
 * run that was stopped goes on where it was, and one with another model does not mix with it.
 */
public final class OutputFolder {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectWriter PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writer();

  private final Path folder;

  private OutputFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder, which is made if need be.
   *
   * @param identity what makes the predictions what they are: config, weights, precision
   * @throws IOException if it holds the predictions of another identity, or cannot be written
   */
  public static OutputFolder open(Path folder, ObjectNode identity) throws IOException {
    Files.createDirectories(folder);
    OutputFolder opened = new OutputFolder(folder);
    Path file = folder.resolve("run.json");
    if (Files.exists(file)) {
      requireSame(folder, identity, read(file));
    } else {
      opened.writeJson("run.json", identity);
    }
    return opened;
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is damaged; delete the folder and run again: " + e.getOriginalMessage());
    }
  }

  private static void requireSame(Path folder, ObjectNode identity, JsonNode before)
      throws IOException {
    for (var fields = identity.fields(); fields.hasNext(); ) {
      var field = fields.next();
      if (!field.getValue().equals(before.get(field.getKey()))) {
        throw new IOException(
            folder
                + " holds the predictions of another run: its "
                + field.getKey()
                + " was "
                + before.path(field.getKey()).asText("not recorded")
                + " and is now "
                + field.getValue().asText()
                + "; give another --out, or delete the folder");
      }
    }
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Writes a JSON file in one step, so that a reader never sees half of it. */
  public void writeJson(String name, JsonNode content) throws IOException {
    write(name, file -> Files.write(file, PRETTY.writeValueAsBytes(content)));
  }

  /** Writes a file under another name first and moves it into place when it is whole. */
  public void write(String name, FileWriter writer) throws IOException {
    Path target = folder.resolve(name);
    Files.createDirectories(target.getParent());
    Path fresh = target.resolveSibling(".part-" + target.getFileName());
    writer.write(fresh);
    Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes one file. */
  public interface FileWriter {
    void write(Path file) throws IOException;
  }
}
