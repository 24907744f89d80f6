package dev.dovetail.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.files.OutputException;
import dev.dovetail.files.OutputFile;
import dev.dovetail.files.TemporaryFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The directory of a run's results. It stores the identity of the run, so that an interrupted run
 * resumes where it stopped and a run of another model does not mix with it. Only one run at a time
 * can write to it.
 */
public final class OutputFolder implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectWriter PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writer();
  private static final String IDENTITY = "run.json";
  private static final String LOCK = ".lock";

  private final Path folder;
  private final Optional<TemporaryFolder> temporary;
  private final FileChannel lock;

  private OutputFolder(Path folder, Optional<TemporaryFolder> temporary) throws IOException {
    this.folder = folder;
    this.temporary = temporary;
    this.lock = lock(folder);
  }

  /**
   * Opens a directory, creating it if necessary.
   *
   * @param identity everything that determines the predictions: config, weights, precision
   * @throws IOException if the directory contains predictions with another identity, another run is
   *     writing to it, or it cannot be written
   */
  public static OutputFolder open(Path folder, ObjectNode identity) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; expected a directory for the results");
    }
    OutputFolder opened;
    try {
      OutputFile.createFolder(folder);
      opened = new OutputFolder(folder, Optional.empty());
    } catch (FileSystemException e) {
      throw new OutputException(folder, e);
    }
    try {
      Path file = folder.resolve(IDENTITY);
      if (Files.exists(file)) {
        requireSame(folder, roundTrip(identity), read(file));
      } else {
        opened.writeJson(IDENTITY, identity);
      }
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** Creates a temporary directory, which is deleted when it is closed. */
  public static OutputFolder temporary() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create();
    return new OutputFolder(folder.path(), Optional.of(folder));
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false; // by this process
    }
    if (!locked) {
      channel.close();
      throw new IOException(
          "another run is writing to "
              + folder
              + "; wait until it has finished or specify another directory");
    }
    return channel;
  }

  /** Converts a value to the form that is read back: floats become doubles, ints stay ints. */
  private static JsonNode roundTrip(JsonNode identity) throws IOException {
    return JSON.readTree(JSON.writeValueAsBytes(identity));
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " is damaged; delete the directory and run again: " + e.getOriginalMessage());
    }
  }

  private static void requireSame(Path folder, JsonNode identity, JsonNode before)
      throws IOException {
    Optional<String> difference = difference("", before, identity);
    if (difference.isPresent()) {
      throw new IOException(
          folder
              + " contains another run: "
              + difference.get()
              + "; specify another directory or delete this one");
    }
  }

  /** Describes the first different value with its dotted key. */
  private static Optional<String> difference(String key, JsonNode before, JsonNode now) {
    if (!(before instanceof ObjectNode && now instanceof ObjectNode)) {
      return before.equals(now)
          ? Optional.empty()
          : Optional.of("'" + key + "' was " + words(before) + " and is now " + words(now));
    }
    TreeSet<String> names = new TreeSet<>();
    before.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    return names.stream()
        .flatMap(
            name ->
                difference(
                    key.isEmpty() ? name : key + "." + name, before.path(name), now.path(name))
                    .stream())
        .findFirst();
  }

  private static String words(JsonNode value) {
    return value.isMissingNode()
        ? "missing"
        : value.isTextual() ? value.asText() : value.toString();
  }

  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Returns a sentence about the predictions of a run that did not finish. */
  public String afterwards() {
    return temporary.isPresent()
        ? "The predictions were not saved; with --out DIR, the next run would only process the"
            + " missing images."
        : "The predictions so far are kept in "
            + folder
            + "; run the same command again to resume.";
  }

  /** Writes a JSON file atomically, so that a reader never sees a partial file. */
  public void writeJson(String name, JsonNode content) throws IOException {
    byte[] bytes = PRETTY.writeValueAsBytes(content);
    write(name, file -> OutputFile.write(file, bytes));
  }

  /**
   * Writes a file atomically.
   *
   * @throws OutputException if it cannot be written
   */
  public void write(String name, FileWriter writer) throws OutputException {
    Path target = folder.resolve(name);
    try {
      OutputFile.createFolder(target.getParent());
      writer.write(target);
    } catch (OutputException e) {
      throw e;
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  /** Writes a file with {@link OutputFile}. */
  public interface FileWriter {
    void write(Path file) throws IOException;
  }

  /** Releases the directory for other runs. */
  @Override
  public void close() throws IOException {
    lock.close();
    temporary.ifPresent(TemporaryFolder::close);
  }
}
