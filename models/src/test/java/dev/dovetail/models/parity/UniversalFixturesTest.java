package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Models with query masks saved by transformers: the directory is opened like a user's, and its raw
 * outputs, semantic maps, instances and panoptic segments equal the library's. This test does not
 * depend on families or names of directories.
 */
@Execution(ExecutionMode.CONCURRENT)
public class UniversalFixturesTest {

  @TestFactory
  public Stream<DynamicTest> everyModelGivesTheRawOutputsOfTransformers() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("model whose queries draw masks", UniversalFixturesTest::isUniversal)
        .each(
            folder ->
                assertTrue(
                    universal(folder).compareRawOutputs() > 0, "the fixture records no outputs"));
  }

  @TestFactory
  public Stream<DynamicTest> everyTaskGivesTheResultsOfTransformers() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("model whose queries draw masks", UniversalFixturesTest::isUniversal)
        .each(
            folder ->
                assertTrue(
                    universal(folder).compareResults() > 0, "the fixture records no results"));
  }

  private static UniversalFixture universal(Path folder) throws IOException {
    String type = Fixture.read(folder).config().path("model_type").asText();
    assumeTrue(PartRegistry.load().huggingFace().containsKey(type), type + " is not supported yet");
    return UniversalFixture.open(folder);
  }

  /** Returns whether query masks of the library are recorded. */
  static boolean isUniversal(Path folder) {
    try (Checkpoint outputs = Checkpoint.open(folder.resolve("outputs.safetensors"))) {
      return outputs.tensors().containsKey("masks_queries_logits");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
