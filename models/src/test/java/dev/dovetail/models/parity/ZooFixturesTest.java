package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Compares backbones and classifiers with timm and transformers, and adapters with their authors'
 * code. The config of a directory, not its name, determines the code that runs.
 */
@Execution(ExecutionMode.CONCURRENT)
public class ZooFixturesTest {

  /** Runners by {@code type}, the class or architecture of timm. */
  private static final Map<String, FixtureTest> TIMM = new HashMap<>(VitZoo.timm());

  /** Runners by {@code type}. */
  private static final Map<String, FixtureTest> ADAPTERS = new HashMap<>(AdapterRunners.all());

  static {
    TIMM.putAll(LightRunners.timm());
    TIMM.putAll(SwinZoo.timm());
    TIMM.putAll(ConvNeXtZoo.timm());
    ADAPTERS.putAll(LightRunners.adapters());
  }

  @TestFactory
  public Stream<DynamicTest> everyTimmFixtureGivesTheReferencesNumbers() {
    return FixtureFolders.in("fixtures/zoo/timm", "config.json").each(d -> compare(d, TIMM));
  }

  @TestFactory
  public Stream<DynamicTest> everyAdapterFixtureGivesTheReferencesNumbers() {
    FixtureFolders fixtures = FixtureFolders.in("fixtures/adapters", "config.json");
    return Stream.concat(
        fixtures.each(d -> compare(d, ADAPTERS)), Kinds.missing(fixtures, ADAPTERS.keySet()));
  }

  @TestFactory
  public Stream<DynamicTest> everyTransformersFixtureGivesTheReferencesNumbers() {
    return FixtureFolders.in("fixtures/zoo/hf", "config.json")
        .each(ZooFixturesTest::compareDirectory);
  }

  private static void compareDirectory(Path folder) throws IOException {
    Fixture fixture = Fixture.read(folder);
    String type = fixture.config().path("model_type").asText();
    if (!PartRegistry.load().huggingFace().containsKey(type)) {
      SharedFolder.skip("nothing reads " + type + ", the model of " + folder);
    }
    HuggingFaceDirectory directory = HuggingFaceDirectory.read(folder, PartRegistry.load());
    boolean detector = Architecture.of(directory.config()).endsWith("ForObjectDetection");
    if (detector) {
      assertTrue(DetectorFixture.open(folder).compareRawOutputs() > 0, "no outputs are recorded");
      return;
    }
    assertTrue(new HuggingFaceRunner().compare(fixture) > 0, "the fixture records no outputs");
  }

  private static void compare(Path folder, Map<String, FixtureTest> tests) throws IOException {
    Fixture fixture = Fixture.read(folder);
    assertTrue(
        Kinds.require(tests, fixture).compare(fixture) > 0, "the fixture records no outputs");
  }
}
