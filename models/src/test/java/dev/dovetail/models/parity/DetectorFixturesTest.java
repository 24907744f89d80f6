package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Detectors as transformers saves them: the directory is opened as a user's, its raw outputs and
 * its post-processed objects are the library's. Nothing here knows a family or a folder's name.
 */
@Execution(ExecutionMode.CONCURRENT)
public class DetectorFixturesTest {

  /** Architectures of detectors have this in their names. */
  private static final Set<String> DETECTORS =
      Set.of("ForObjectDetection", "ForInstanceSegmentation");

  @TestFactory
  public Stream<DynamicTest> everyDetectorGivesTheRawOutputsOfTransformers() {
    return detectors()
        .each(
            folder -> {
              DetectorFixture fixture = DetectorFixture.open(folder);
              assertTrue(fixture.compareRawOutputs() > 0, "the fixture records no outputs");
            });
  }

  @TestFactory
  public Stream<DynamicTest> everyDetectorFindsTheObjectsOfTransformers() {
    return detectors()
        .each(
            folder -> {
              DetectorFixture fixture = DetectorFixture.open(folder);
              assertTrue(fixture.compareObjects() > 0, "the fixture records no objects");
            });
  }

  private static FixtureFolders detectors() {
    return FixtureFolders.in("fixtures/heads", "config.json")
        .where("detector of transformers", DetectorFixturesTest::isDetector);
  }

  private static boolean isDetector(Path folder) {
    try {
      String architecture = Fixture.read(folder).config().at("/architectures/0").asText();
      return DETECTORS.stream().anyMatch(architecture::endsWith)
          && !UniversalFixturesTest.isUniversal(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
