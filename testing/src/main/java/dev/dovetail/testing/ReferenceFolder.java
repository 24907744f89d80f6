package dev.dovetail.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * A directory with a trained model and its expected results. The shipped config with the
 * directory's name specifies how to run the model; the files in the directory specify the inputs
 * and outputs.
 *
 * @param facts the directory's {@code config.json}
 */
public record ReferenceFolder(Path folder, JsonNode facts) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Creates one test per directory whose model is of a kind.
   *
   * @param what the kind, for the message if there are none
   * @param condition the condition, evaluated for directories whose config is shipped
   */
  public static Stream<DynamicTest> each(
      String what, Predicate<ReferenceFolder> condition, ThrowingConsumer<ReferenceFolder> test) {
    return FixtureFolders.in("models/reference", "config.json")
        .where(what, folder -> !ships(folder) || condition.test(read(folder)))
        .each(
            folder -> {
              if (!ships(folder)) {
                SharedFolder.skip(
                    "no " + config(folder) + ", which specifies how to run the model");
              }
              test.accept(read(folder));
            });
  }

  private static boolean ships(Path folder) {
    return Files.exists(config(folder));
  }

  private static Path config(Path folder) {
    return SharedFolder.projectRoot()
        .resolve("configs/reference/" + folder.getFileName() + ".json");
  }

  private static ReferenceFolder read(Path folder) {
    try {
      return new ReferenceFolder(folder, JSON.readTree(folder.resolve("config.json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the shipped config with the directory's name. */
  public Path config() {
    return config(folder);
  }

  /** Returns the trained weights. */
  public Path checkpoint() {
    return folder.resolve(facts.at("/checkpoint/file").asText());
  }

  /** Returns the expected results, {@code expected.json}. */
  public JsonNode expected() throws IOException {
    return JSON.readTree(folder.resolve("expected.json").toFile());
  }

  /** Returns the directory of the evaluated data set. */
  public Path data() {
    return SharedFolder.require("data/" + facts.at("/data/set").asText());
  }

  /** Returns the description of the data set. */
  public JsonNode dataset() throws IOException {
    return JSON.readTree(data().resolve("dataset.json").toFile());
  }
}
