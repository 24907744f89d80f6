package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Backbones and classifiers as timm and transformers have them, and adapters as their authors have
 * them: what the reference gave, ours gives. Which code computes a folder is decided by what its
 * config says it is, never by its name.
 */
class ZooFixturesTest {

  /** Detectors and segmenters of transformers that Dovetail does not have. */
  private static final Set<String> OTHERS = Set.of("deformable_detr", "rt_detr", "yolos", "eomt");

  /** By {@code type}, the class or architecture of timm. */
  private static final Map<String, FixtureTest> TIMM = new HashMap<>(VitZoo.timm());

  /** By {@code type}. */
  private static final Map<String, FixtureTest> ADAPTERS = new HashMap<>(AdapterRunners.all());

  /** By {@code model_type}. */
  private static final Map<String, FixtureTest> HUGGING_FACE = new HashMap<>();

  static {
    TIMM.putAll(LightRunners.timm());
    TIMM.putAll(SwinZoo.timm());
    TIMM.putAll(ConvNeXtZoo.timm());
    HUGGING_FACE.putAll(SwinZoo.huggingFace());
    HUGGING_FACE.putAll(VitZoo.huggingFace());
    HUGGING_FACE.putAll(LightRunners.huggingFace());
    ADAPTERS.putAll(LightRunners.adapters());
  }

  @TestFactory
  Stream<DynamicTest> everyTimmFixtureGivesTheReferencesNumbers() {
    return SharedFolder.eachDirectory("fixtures/zoo/timm", d -> compare(d, "type", TIMM));
  }

  @TestFactory
  Stream<DynamicTest> everyAdapterFixtureGivesTheReferencesNumbers() {
    return SharedFolder.eachDirectory("fixtures/adapters", d -> compare(d, "type", ADAPTERS));
  }

  @TestFactory
  Stream<DynamicTest> everyTransformersFixtureGivesTheReferencesNumbers() {
    return SharedFolder.eachDirectory(
        "fixtures/zoo/hf", d -> compare(d, "model_type", HUGGING_FACE));
  }

  private static void compare(Path folder, String key, Map<String, FixtureTest> tests)
      throws IOException {
    Fixture fixture = Fixture.read(folder);
    String type = fixture.config().path(key).asText();
    FixtureTest test = tests.get(type);
    assumeFalse(OTHERS.contains(type), type + " is not in Dovetail");
    assertTrue(test != null, "nothing computes fixtures of the type " + type);
    assertTrue(test.compare(fixture) > 0, "the fixture records no outputs");
  }
}
