package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.tasks.Task;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * A folder with a trained model and the results it must give. The config that ships under the
 * folder's name says how it is run, the folder's own files say what on and what comes out.
 *
 * @param facts the folder's {@code config.json}
 */
record ReferenceModel(Path folder, JsonNode facts) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A test for every folder whose model has this task. */
  static Stream<DynamicTest> each(
      Class<? extends Task<?, ?>> task, ThrowingConsumer<ReferenceModel> test) {
    return FixtureFolders.in("models/reference", "config.json")
        .where(
            "model for " + task.getSimpleName(),
            folder -> !ships(folder) || task.isInstance(read(folder).config().model().task()))
        .each(
            folder -> {
              if (!ships(folder)) {
                SharedFolder.skip("no " + shippedConfig(folder) + ", which says how it is run");
              }
              test.accept(read(folder));
            });
  }

  private static boolean ships(Path folder) {
    return Files.exists(shippedConfig(folder));
  }

  /** The config that ships under the folder's name. */
  private static Path shippedConfig(Path folder) {
    return SharedFolder.projectRoot()
        .resolve("configs/reference/" + folder.getFileName() + ".json");
  }

  private static ReferenceModel read(Path folder) {
    try {
      return new ReferenceModel(folder, JSON.readTree(folder.resolve("config.json").toFile()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The shipped config with overrides as of {@code --set}. */
  ModelConfig config(String... overrides) {
    Path file = shippedConfig(folder);
    try {
      return ModelConfig.read(file, List.of(overrides), PartRegistry.load());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  LoadedModel open(String... overrides) throws IOException {
    Path checkpoint = folder.resolve(facts.at("/checkpoint/file").asText());
    return LoadedModel.open(config(overrides).model(), checkpoint, false);
  }

  /** What must come out: {@code expected.json}. */
  JsonNode expected() throws IOException {
    return JSON.readTree(folder.resolve("expected.json").toFile());
  }

  /** The folder of the data set that it is evaluated on. */
  Path data() {
    return SharedFolder.require("data/" + facts.at("/data/set").asText());
  }

  /** What the data set says of itself. */
  JsonNode dataset() throws IOException {
    return JSON.readTree(data().resolve("dataset.json").toFile());
  }
}
