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
 * Detectors saved by transformers: the directory is opened like a user's, and its raw outputs and
 * post-processed objects equal the library's. This test does not depend on families or names of
 * directories.
 */
@Execution(ExecutionMode.CONCURRENT)
public class DetectorFixturesTest {

  /** A part of the names of detector architectures. */
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
