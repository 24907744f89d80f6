package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.heads.PyramidNetwork;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.tasks.segmentation.SemanticInference;
import dev.dovetail.tasks.segmentation.SemanticTask;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {

  private static final Path CAMVID =
      SharedFolder.projectRoot().resolve("configs/reference/camvid-upernet.json");
  private static final Path COCO =
      SharedFolder.projectRoot().resolve("configs/reference/coco-maskrcnn.json");

  @TempDir private Path folder;

  private static ModelConfig read(Path file, String... overrides) throws IOException {
    return ModelConfig.read(file, List.of(overrides), PartRegistry.load());
  }

  private static String refused(Path file, String... overrides) {
    return assertThrows(ConfigException.class, () -> read(file, overrides)).getMessage();
  }

  @Test
  void overridesTakePrecedenceOverTheFile() throws IOException {
    Model<?, ?> semantic =
        read(CAMVID, "test.mode=whole", "test.crop=[64,64]", "test.stride=[32,32]").model();
    assertEquals(
        new SemanticInference(SemanticInference.Mode.WHOLE, List.of(64, 64), List.of(32, 32)),
        assertInstanceOf(SemanticTask.class, semantic.task()).inference());
    PyramidNetwork<?> detector =
        assertInstanceOf(
            PyramidNetwork.class, read(COCO, "test.scoreThreshold=0.5").model().network());
    assertEquals(0.5f, assertInstanceOf(MaskRcnn.class, detector.head()).test().scoreThreshold());
  }

  @Test
  void theResolvedConfigGivesTheSameModelAndHash() throws IOException {
    ModelConfig config = read(COCO, "test.scoreThreshold=0.5");
    Path written = folder.resolve("config.json");
    Files.writeString(written, config.resolved().toPrettyString());
    ModelConfig again = read(written);
    assertEquals(config.model(), again.model());
    assertEquals(config.hash(), again.hash());
    assertNotEquals(config.hash(), read(COCO).hash());
  }

  @ParameterizedTest
  @CsvSource({
    "head.clases=3, head.clases, classes",
    "tets.mode=whole, tets, test",
    "backbone.widht=3, backbone.widht, width",
    "backbone.type=vti, vti, vit",
    "head.auxiliary.chanels=3, head.auxiliary.chanels, channels",
    "test.mod=whole, test.mod, mode",
  })
  void aMisspelledKeyIsReportedWithTheSimilarOne(String override, String wrong, String meant) {
    String message = refused(CAMVID, override);
    assertTrue(message.contains("'" + wrong + "'"), message);
    assertTrue(
        message.contains("did you mean '" + meant + "'") || message.contains(meant), message);
    assertTrue(message.contains("camvid-upernet.json"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "head.classes=many | head.classes | a whole number",
        "head.classes=3.5 | head.classes | a whole number",
        "head.classes=\"3\" | head.classes | a whole number",
        "head.classes=null | head.classes | a whole number",
        "backbone.qkvBias=1 | backbone.qkvBias | true or false",
        "backbone.windows=7 | backbone.windows | a list",
        "backbone.windows=[1,\"x\"] | backbone.windows | a whole number",
        "test.mode=sometimes | test.mode | WHOLE, SLIDE",
        "test.crop=[1] | crop | height and a width",
        "preprocess.scale=[10,20] | scale | long and the short edge",
        "backbone=7 | backbone | an object",
        "head.classes | --set | key=value",
        "head..classes=3 | --set head..classes=3 | empty",
        ".=3 | --set .=3 | empty",
        "head.classes= | head.classes | a whole number",
        "preprocess.mean=[1,2,\"x\"] | preprocess.mean[2] | a number",
        "preprocess.crop=[1,\"x\"] | preprocess.crop[1] | a whole number",
        "preprocess.crop=[1] | crop is [1] | height and width",
        "preprocess.crop=7 | preprocess.crop | a list",
        "preprocess.cropRounding=up | preprocess.cropRounding | DOWN, HALF_EVEN",
        "adapter.flavour=foo | adapter.flavour | SEGMENTATION",
      })
  void aWrongValueIsReportedWithKeyAndExpectation(String override, String key, String expected) {
    String message = refused(CAMVID, override);
    assertTrue(message.contains(key), message);
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "beit | false | 1.0E-6",
        "BEIT | false | 1.0E-6",
        "vit | true | 1.0",
      })
  void aRetiredKeyIsReadAsTheCurrentKeysWithANote(String lineage, boolean keyBias, double scale)
      throws IOException {
    ModelConfig old = read(CAMVID, "backbone.lineage=" + lineage);
    ModelConfig today =
        read(CAMVID, "backbone.keyBias=" + keyBias, "backbone.initialLayerScale=" + scale);
    assertEquals(today.model(), old.model());
    assertEquals(today.hash(), old.hash());
    assertEquals(List.of(), today.notes());
    assertEquals(
        List.of(
            "the key 'backbone.lineage' is retired; \""
                + lineage
                + "\" is read as backbone.initialLayerScale="
                + scale
                + " and backbone.keyBias="
                + keyBias),
        old.notes());
  }

  @Test
  void aCurrentKeyTakesPrecedenceOverARetiredOne() throws IOException {
    ModelConfig both = read(CAMVID, "backbone.lineage=beit", "backbone.keyBias=true");
    assertTrue(both.resolved().at("/backbone/keyBias").asBoolean());
    assertEquals(1e-6, both.resolved().at("/backbone/initialLayerScale").asDouble());
    assertTrue(both.resolved().at("/backbone/lineage").isMissingNode());
    assertEquals(
        List.of(
            "the key 'backbone.lineage' is retired; \"beit\" is read as"
                + " backbone.initialLayerScale=1.0E-6"),
        both.notes());
  }

  @Test
  void aRetiredKeyAcceptsOnlyItsFormerValues() {
    String message = refused(CAMVID, "backbone.lineage=swin");
    assertTrue(
        message.contains("'backbone.lineage' is \"swin\", expected one of beit, vit"), message);
  }

  @Test
  void aTaskForWholeImagesRejectsACrop() {
    for (Path config : List.of(CAMVID, COCO)) {
      String message = refused(config, "preprocess.crop=[64,64]");
      assertTrue(message.contains("'preprocess.crop' is [64, 64]"), message);
      assertTrue(message.contains("needs the whole image"), message);
    }
  }

  @Test
  void theNumberOfClassNamesMustBeThatOfTheHead() throws IOException {
    String message = refused(CAMVID, "head.classes=3");
    assertTrue(message.contains("11 names") && message.contains("head.classes is 3"), message);
    assertEquals(List.of(), read(CAMVID, "head.classes=3", "classes=[]").model().classes());
  }

  @Test
  void aMissingSectionOrFileAndBrokenJsonAreNamed() throws IOException {
    Path file = folder.resolve("c.json");
    Files.writeString(file, "{\"backbone\": {\"type\": \"vit\"}}");
    assertTrue(refused(file).contains("'head' is missing"), refused(file));
    Files.writeString(file, "{\"backbone\": {\n\"type\": }}");
    assertTrue(refused(file).contains("line 2"), refused(file));
    Files.writeString(file, "[]");
    assertTrue(refused(file).contains("not a JSON object"), refused(file));
    Files.writeString(file, "{\"classes\": [], \"classes\": []}");
    assertTrue(refused(file).contains("Duplicate"), refused(file));
    assertTrue(refused(folder.resolve("none.json")).contains("none.json"));
  }

  @Test
  void windowsCoverAnImageAsInTheReference() {
    SemanticInference test =
        new SemanticInference(SemanticInference.Mode.SLIDE, List.of(256, 256), List.of(171, 171));
    assertEquals(
        List.of(
            new SemanticInference.Window(0, 0, 256, 256),
            new SemanticInference.Window(0, 171, 256, 427),
            new SemanticInference.Window(0, 224, 256, 480),
            new SemanticInference.Window(96, 0, 352, 256),
            new SemanticInference.Window(96, 171, 352, 427),
            new SemanticInference.Window(96, 224, 352, 480)),
        test.windows(352, 480));
    assertEquals(
        List.of(new SemanticInference.Window(0, 0, 128, 200)),
        test.windows(128, 200).stream().toList());
  }
}
