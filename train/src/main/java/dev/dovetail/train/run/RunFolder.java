package dev.dovetail.train.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.TrainingData;
import dev.dovetail.TrainingOptions;
import dev.dovetail.tasks.OutputFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of a run. It is locked, so that only one process writes to it. */
final class RunFolder implements Closeable {

  private static final String CONFIG = "config.json";

  private final OutputFolder folder;

  private RunFolder(OutputFolder folder) {
    this.folder = folder;
  }

  /**
   * Refuses a folder that cannot be used, before anything is read.
   *
   * @throws IOException if it is a file, or holds a run that is not to be resumed
   */
  static void check(TrainingOptions options) throws IOException {
    if (Files.exists(options.out()) && !Files.isDirectory(options.out())) {
      throw new IOException(options.out() + " is a file; a run needs a folder");
    }
    Path state = options.out().resolve("state.safetensors");
    if (Files.exists(state) && !options.start().resume()) {
      throw new IOException(
          options.out()
              + " holds a training; resume it (--resume), give another folder, or delete it");
    }
  }

  /**
   * Opens the folder, creates it if it does not exist, and writes the config.
   *
   * @param config of the run, with every default
   * @throws IOException if it cannot be written, or holds a run of another config, other data,
   *     weights or frozen parts
   */
  static RunFolder open(TrainingOptions options, ObjectNode config) throws IOException {
    ObjectNode identity = config.objectNode();
    identity.set("config", numbers(config));
    identity.set("data", json(config, options.data()));
    options.validation().ifPresent(v -> identity.set("validation", json(config, v)));
    options.start().weights().ifPresent(w -> identity.put("weights", real(w)));
    identity.set(
        "freeze",
        config.arrayNode().addAll(options.freeze().stream().map(config::textNode).toList()));
    OutputFolder folder = OutputFolder.open(options.out(), identity);
    folder.writeJson(CONFIG, config);
    return new RunFolder(folder);
  }

  /** The config without what does not change any number. */
  private static ObjectNode numbers(ObjectNode config) {
    ObjectNode numbers = config.deepCopy();
    if (numbers.get("training") instanceof ObjectNode training) {
      training.remove(List.of("workers", "logEvery", "saveEvery"));
    }
    return numbers;
  }

  private static ObjectNode json(ObjectNode factory, TrainingData data) {
    return factory
        .objectNode()
        .put("images", real(data.images()))
        .put("annotations", real(data.annotations()));
  }

  /** The same for a file, wherever it is named from. */
  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize().toString(); // whoever opens it says what is wrong
    }
  }

  Path config() {
    return folder.file(CONFIG);
  }

  /** The state that a resumed run continues from. */
  Path state() {
    return folder.file("state.safetensors");
  }

  /** The weights of the last step that was saved. */
  Path last() {
    return folder.file("last.safetensors");
  }

  /** The weights of the best evaluation. */
  Path best() {
    return folder.file("best.safetensors");
  }

  Path log() {
    return folder.file("log.jsonl");
  }

  Path page() {
    return folder.file("report.html");
  }

  /** The images of a step whose loss or gradient was not finite. */
  Path badBatch(String ending) {
    return folder.file("not-finite" + ending);
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
