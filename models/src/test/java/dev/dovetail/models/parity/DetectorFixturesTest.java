package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Detectors as transformers saves them: the directory is opened as a user's, its raw outputs and
 * its post-processed objects are the library's. Nothing here knows a family or a folder's name.
 */
public class DetectorFixturesTest {

  /** Architectures of detectors have this in their names. */
  private static final Set<String> DETECTORS =
      Set.of("ForObjectDetection", "ForInstanceSegmentation");

  @TestFactory
  public Stream<DynamicTest> everyDetectorGivesTheRawOutputsOfTransformers() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .each(
            folder -> {
              DetectorFixture fixture = detector(folder);
              assertTrue(fixture.compareRawOutputs() > 0, "the fixture records no outputs");
            });
  }

  @TestFactory
  public Stream<DynamicTest> everyDetectorFindsTheObjectsOfTransformers() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .each(
            folder -> {
              DetectorFixture fixture = detector(folder);
              assertTrue(fixture.compareObjects() > 0, "the fixture records no objects");
            });
  }

  private static DetectorFixture detector(Path folder) throws IOException {
    JsonNode config = Fixture.read(folder).config();
    String architecture = config.at("/architectures/0").asText();
    assumeTrue(
        DETECTORS.stream().anyMatch(architecture::endsWith), architecture + " is not a detector");
    assumeTrue(!UniversalFixturesTest.isUniversal(folder), "its queries draw masks alone");
    String type = config.path("model_type").asText();
    assumeTrue(
        PartRegistry.load().huggingFace().containsKey(type), type + " is not in Dovetail yet");
    return DetectorFixture.open(folder);
  }
}
