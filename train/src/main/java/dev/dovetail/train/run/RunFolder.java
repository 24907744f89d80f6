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

/** The output directory of a run. It is locked, so that only one process writes to it. */
final class RunFolder implements Closeable {

  private static final String CONFIG = "config.json";

  private final OutputFolder folder;

  private RunFolder(OutputFolder folder) {
    this.folder = folder;
  }

  /**
   * Rejects an unusable directory before any data is read.
   *
   * @throws IOException if it is a file, or contains a run that is not being resumed
   */
  static void check(TrainingOptions options) throws IOException {
    if (Files.exists(options.out()) && !Files.isDirectory(options.out())) {
      throw new IOException(options.out() + " is a file; a run needs a directory");
    }
    Path state = options.out().resolve("state.safetensors");
    if (Files.exists(state) && !options.start().resume()) {
      throw new IOException(
          options.out()
              + " contains a training run; resume it (--resume), use another directory, or delete it");
    }
  }

  /**
   * Opens the directory, creates it if it does not exist, and writes the config.
   *
   * @param config the config of the run with all defaults
   * @throws IOException if the config cannot be written, or the directory contains a run with
   *     another config, other data, other weights or other frozen parts
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

  /** Returns the config without settings that do not affect the result. */
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

  /** Returns the same string for the same file, whatever path it is specified by. */
  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize().toString(); // reported when the file is opened
    }
  }

  Path config() {
    return folder.file(CONFIG);
  }

  /** Returns the file of the state from which a run is resumed. */
  Path state() {
    return folder.file("state.safetensors");
  }

  /** Returns the file of the weights of the last saved step. */
  Path last() {
    return folder.file("last.safetensors");
  }

  /** Returns the file of the weights of the best evaluation. */
  Path best() {
    return folder.file("best.safetensors");
  }

  Path log() {
    return folder.file("log.jsonl");
  }

  Path page() {
    return folder.file("report.html");
  }

  /** Returns the file that shows a step whose loss or gradient was not finite. */
  Path badBatch(String ending) {
    return folder.file("not-finite" + ending);
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
