package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.tasks.Augmentation;
import dev.dovetail.tasks.OnePass;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.detection.DetectionTask;
import dev.dovetail.tasks.detection.ObjectAugmentation;
import dev.dovetail.tasks.segmentation.SemanticTask;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the key {@code test.augment} of configs. */
class AugmentConfigTest {

  private static final String SEMANTIC = "reference/camvid-upernet";
  private static final String DETECTOR = "reference/coco-maskrcnn";

  private static ModelConfig read(String name, String... overrides) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs/" + name + ".json");
    return ModelConfig.read(file, List.of(overrides), PartRegistry.load());
  }

  private static String refused(String name, String... overrides) {
    return assertThrows(ConfigException.class, () -> read(name, overrides)).getMessage();
  }

  private static SemanticTask semantic(ModelConfig config) {
    return assertInstanceOf(SemanticTask.class, config.model().task());
  }

  private static DetectionTask detection(ModelConfig config) {
    return assertInstanceOf(DetectionTask.class, config.model().task());
  }

  @Test
  void viewsArePartOfTheTaskAndTheResolvedConfig() throws IOException {
    ModelConfig config =
        read(SEMANTIC, "test.augment={\"scales\": [0.5, 1, 1.75], \"flip\": true}");
    assertEquals(
        Optional.of(new Augmentation(List.of(0.5, 1.0, 1.75), true)),
        semantic(config).augmentation());
    assertEquals(6, config.model().task().passes().views(config.model().preprocess()).size());
    assertEquals(1.75, config.resolved().at("/test/augment/scales/2").asDouble());
    assertEquals(read(SEMANTIC).resolved().at("/test/mode"), config.resolved().at("/test/mode"));
    assertNotEquals(read(SEMANTIC).hash(), config.hash());
    ModelConfig again = ModelConfig.of(config.resolved(), PartRegistry.load());
    assertEquals(config.model(), again.model());
    assertEquals(config.hash(), again.hash());
  }

  @Test
  void aConfigWithoutViewsIsUnchanged() throws IOException {
    for (String name : List.of(SEMANTIC, DETECTOR)) {
      ModelConfig config = read(name);
      assertTrue(config.resolved().at("/test/augment").isMissingNode(), name);
      assertInstanceOf(OnePass.class, config.model().task().passes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SEMANTIC, DETECTOR})
  void aSingleUnchangedViewMeansNoViews(String name) throws IOException {
    Task<?, ?> task = read(name, "test.augment={}").model().task();
    assertInstanceOf(OnePass.class, task.passes());
  }

  @ParameterizedTest
  @CsvSource({
    "reference/coco-maskrcnn, 0.5, 100",
    "faster-rcnn-resnet50-torchvision, 0.5, 100",
    "cascade-mask-rcnn-swin-tiny, 0.5, 100",
    "retinanet-resnet50-torchvision, 0.5, 300",
    "fcos-resnet50-torchvision, 0.6, 100"
  })
  void objectsOfViewsAreSuppressedLikeThoseOfOneView(String name, float iou, int most)
      throws IOException {
    ModelConfig config = read(name, "test.augment.flip=true");
    Augmentation flip = new Augmentation(List.of(1.0), true);
    assertEquals(
        Optional.of(new ObjectAugmentation(flip, iou, most)), detection(config).augmentation());
    ModelConfig again = ModelConfig.of(config.resolved(), PartRegistry.load());
    assertEquals(config.hash(), again.hash());
    ObjectAugmentation own =
        detection(read(name, "test.augment.flip=true", "test.maxDetections=7"))
            .augmentation()
            .orElseThrow();
    assertEquals(7, own.maxDetections());
  }

  @Test
  void theTaskMayUseOtherSuppressionOptions() throws IOException {
    ModelConfig config =
        read(
            DETECTOR,
            "test.augment={\"scales\":[1,1.25],\"iouThreshold\":0.6,\"maxDetections\":50}");
    Augmentation scales = new Augmentation(List.of(1.0, 1.25), false);
    assertEquals(
        Optional.of(new ObjectAugmentation(scales, 0.6f, 50)), detection(config).augmentation());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test.augment=true | 'test.augment' is true, expected an object",
        "test.augment=null | 'test.augment' is null, expected an object",
        "test.augment.flips=true | unknown key 'test.augment.flips' (did you mean"
            + " 'test.augment.flip'",
        "test.augment.flip=1 | 'test.augment.flip' is 1, expected true or false",
        "test.augment.scales=2 | 'test.augment.scales' is 2, expected a list",
        "test.augment.scales=[] | scales is [], expected different numbers above 0",
        "test.augment.scales=[1,0] | scales is [1.0, 0.0], expected different numbers above 0",
        "test.augment.scales=[-1] | scales is [-1.0]",
        "test.augment.scales=[1,1.0] | scales is [1.0, 1.0]",
        "test.augment.scales=[\"a\"] | 'test.augment.scales[0]'",
        "test.augment.scales=[0.00001] | 'test.augment': scale is [0, 0]",
        "test.augment.iouThreshold=0.5 | unknown key 'test.augment.iouThreshold'",
      })
  void aWrongValueIsReportedWithKeyAndExpectation(String override, String expected) {
    String message = refused(SEMANTIC, override);
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains("camvid-upernet.json"), message);
  }

  @Test
  void wrongValuesOfDetectorsAreNamed() {
    String message = refused(DETECTOR, "test.augment.iouThreshold=2");
    assertTrue(
        message.contains("'test.augment': iouThreshold is 2.0, expected a number from 0 to 1"),
        message);
    message = refused(DETECTOR, "test.augment.maxDetections=0");
    assertTrue(message.contains("maxDetections is 0, expected a positive number"), message);
    message = refused(DETECTOR, "test.augment.nms=2");
    assertTrue(message.contains("unknown key 'test.augment.nms'"), message);
  }

  @Test
  void imagesWithoutResizingCannotHaveScales() throws IOException {
    read(SEMANTIC, "preprocess.fit=keep", "test.augment.flip=true");
    String message = refused(SEMANTIC, "preprocess.fit=keep", "test.augment.scales=[0.5]");
    assertTrue(message.contains("'test.augment': scale 0.5"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "detr-resnet-50, detection, QueryBoxes",
    "rf-detr-seg-small, detection, QueryBoxes",
    "mask2former-swin-tiny, panoptic, QueryMasks"
  })
  void networksWithoutSuppressionAndOtherTasksAreRejected(
      String name, String task, String predictions) {
    String message = refused(name, "task=" + task, "test.augment.flip=true");
    assertTrue(message.contains("'test.augment' is not supported"), message);
    assertTrue(message.contains("'" + task + "'") && message.contains(predictions), message);
  }
}
