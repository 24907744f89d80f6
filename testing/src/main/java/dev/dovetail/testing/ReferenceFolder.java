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
 * A folder with a trained model and the results it must give. The config that ships under the
 * folder's name says how it is run, the folder's own files say what on and what comes out.
 *
 * @param facts the folder's {@code config.json}
 */
public record ReferenceFolder(Path folder, JsonNode facts) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * A test for every folder whose model is of a kind.
   *
   * @param what the kind, for the message where there are none
   * @param wanted asked of folders whose config ships
   */
  public static Stream<DynamicTest> each(
      String what, Predicate<ReferenceFolder> wanted, ThrowingConsumer<ReferenceFolder> test) {
    return FixtureFolders.in("models/reference", "config.json")
        .where(what, folder -> !ships(folder) || wanted.test(read(folder)))
        .each(
            folder -> {
              if (!ships(folder)) {
                SharedFolder.skip("no " + config(folder) + ", which says how it is run");
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

  /** The config that ships under the folder's name. */
  public Path config() {
    return config(folder);
  }

  /** The trained weights. */
  public Path checkpoint() {
    return folder.resolve(facts.at("/checkpoint/file").asText());
  }

  /** What must come out: {@code expected.json}. */
  public JsonNode expected() throws IOException {
    return JSON.readTree(folder.resolve("expected.json").toFile());
  }

  /** The folder of the data set that it is evaluated on. */
  public Path data() {
    return SharedFolder.require("data/" + facts.at("/data/set").asText());
  }

  /** What the data set says of itself. */
  public JsonNode dataset() throws IOException {
    return JSON.readTree(data().resolve("dataset.json").toFile());
  }
}
