package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
 * Semantic segmenters saved by transformers: the directory is opened like a user's, and its raw
 * outputs and its label map equal the library's. This test does not depend on families or names of
 * directories.
 */
@Execution(ExecutionMode.CONCURRENT)
public class SegmenterFixturesTest {

  @TestFactory
  public Stream<DynamicTest> everySegmenterGivesTheRawOutputsOfTransformers() {
    return segmenters()
        .each(
            folder ->
                assertTrue(
                    SegmenterFixture.open(folder).compareRawOutputs() > 0,
                    "the fixture records no outputs"));
  }

  @TestFactory
  public Stream<DynamicTest> everySegmenterGivesTheLabelMapOfTransformers() {
    return segmenters().each(folder -> SegmenterFixture.open(folder).compareLabels());
  }

  /** The output of the auxiliary head is not recorded, but its names and shapes are in the file. */
  @TestFactory
  public Stream<DynamicTest> everySegmenterHasTheWeightsOfTraining() {
    return segmenters().each(folder -> SegmenterFixture.open(folder).requireTrainedWeights());
  }

  private static FixtureFolders segmenters() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("segmenter of transformers", SegmenterFixturesTest::isSegmenter);
  }

  private static boolean isSegmenter(Path folder) {
    try (Checkpoint outputs = Checkpoint.open(folder.resolve("outputs.safetensors"))) {
      JsonNode config = Fixture.read(folder).config();
      return config.at("/architectures/0").asText().endsWith("ForSemanticSegmentation")
          && outputs.tensors().containsKey("post");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
