package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of transformers' Mask2Former and MaskFormer, and rejects unsupported ones. */
class UniversalDirectoriesTest {

  private static final PartRegistry REGISTRY = PartRegistry.load();

  @TempDir private Path folder;

  /** Returns the config of a small model over Swin with a number of classes and other keys. */
  private ObjectNode read(String name, String type, int classes, String more, String task)
      throws IOException {
    String config =
        "{'model_type': '%s', 'architectures': ['%s'], 'num_labels': %d,"
            + " 'backbone_config': {'model_type': 'swin', 'embed_dim': 16,"
            + " 'num_heads': [1, 2, 4, 8], 'out_indices': [1, 2, 3, 4]}%s}";
    String architecture =
        type.equals("mask2former")
            ? "Mask2FormerForUniversalSegmentation"
            : "MaskFormerForInstanceSegmentation";
    ObjectNode labels = JsonMapper.builder().build().createObjectNode();
    for (int i = 0; i < classes; i++) {
      labels.put(String.valueOf(i), "class " + i);
    }
    String text =
        String.format(
            java.util.Locale.ROOT,
            config,
            type,
            architecture,
            classes,
            more.isEmpty() ? "" : ", " + more);
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    tree.set("id2label", labels);
    Path directory = Files.createDirectories(folder.resolve(name));
    Files.writeString(directory.resolve("config.json"), tree.toString());
    return HuggingFaceDirectory.read(directory, REGISTRY).modelConfig(REGISTRY, task, note -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "mask2former-swin-tiny-coco-instance, 80, detection",
    "mask2former-swin-tiny-cityscapes-semantic, 8, semantic",
    "mask2former-swin-large-ade-panoptic, 150, panoptic",
    "downloaded, 80, detection",
    "downloaded, 133, panoptic",
    "downloaded, 150, semantic",
    "downloaded, 7, panoptic"
  })
  void theTaskIsInferredFromTheNameOrTheClasses(String name, int classes, String task)
      throws IOException {
    for (String type : new String[] {"mask2former", "maskformer"}) {
      ObjectNode tree = read(name, type, classes, "", "");
      assertEquals(task, tree.get("task").asText(), type);
      assertEquals(task, ModelConfig.of(tree, REGISTRY).model().task().name());
    }
  }

  @ParameterizedTest
  @CsvSource({"semantic", "detection", "panoptic"})
  void anotherTaskMayBeSelected(String task) throws IOException {
    for (String type : new String[] {"mask2former", "maskformer"}) {
      ObjectNode tree = read("x-instance", type, 80, "", task);
      ModelConfig config = ModelConfig.of(tree, REGISTRY);
      assertEquals(task, config.model().task().name());
      assertEquals(
          type.equals("mask2former") ? "fixed" : "network",
          config.resolved().at("/test/masks/at").asText().toLowerCase(java.util.Locale.ROOT));
    }
  }

  @Test
  void optionsOfTheConfigSetTheHead() throws IOException {
    ObjectNode tree =
        read(
            "options",
            "mask2former",
            3,
            "'pre_norm': true, 'activation_function': 'gelu', 'common_stride': 2,"
                + " 'mask_feature_size': 64, 'decoder_layers': 4, 'num_queries': 9",
            "");
    assertEquals(true, tree.at("/head/normFirst").booleanValue());
    assertEquals("gelu", tree.at("/head/activation").asText().toLowerCase(java.util.Locale.ROOT));
    assertEquals(2, tree.at("/head/pixels/laterals").intValue());
    assertEquals(64, tree.at("/head/pixels/maskChannels").intValue());
    assertEquals(3, tree.at("/head/layers").intValue());
    assertEquals(9, tree.at("/head/queries").intValue());
    assertEquals(true, tree.at("/backbone/outputNorms").booleanValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "mask2former | 'enforce_input_projection': true | 'enforce_input_projection' is true",
        "mask2former | 'hidden_dim': 128 | 'hidden_dim' is 128, expected feature_size (256)",
        "mask2former | 'common_stride': 16 | 'common_stride' is 16, expected at most",
        "mask2former | 'activation_function': 'none' | 'activation_function' is",
        "mask2former | 'feature_size': 250, 'hidden_dim': 250 | channels is 250",
        "maskformer | 'decoder_config': {'model_type': 'bert'} | 'decoder_config.model_type'",
        "maskformer | 'fpn_feature_size': 250 | channels is 250"
      })
  void unsupportedValuesAreRejectedByKey(String type, String more, String expected) {
    String message =
        assertThrows(ConfigException.class, () -> read("refused", type, 3, more, "")).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource({"stage2", "stage1"})
  void aSelectionOfTheBackbonesMapsIsRejected(String stage) {
    String backbone =
        "'backbone_config': {'model_type': 'resnet', 'out_features': ['%s', 'stage4']}"
            .replace("%s", stage);
    String message =
        assertThrows(ConfigException.class, () -> read("refused", "mask2former", 3, backbone, ""))
            .getMessage();
    assertTrue(message.contains("out_features"), message);
  }
}
