package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.PartRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of RT-DETR and Deformable DETR, and rejects unsupported values with their key. */
class DeformableDirectoriesTest {

  private static final String DEFORMABLE =
      "'model_type': 'deformable_detr', 'architectures': ['DeformableDetrForObjectDetection']";
  private static final String RT_DETR =
      "'model_type': 'rt_detr', 'architectures': ['RTDetrForObjectDetection']";
  private static final String RT_DETR_2 =
      "'model_type': 'rt_detr_v2', 'architectures': ['RTDetrV2ForObjectDetection']";

  @TempDir Path folder;

  private JsonNode read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), ("{" + json + "}").replace('\'', '"'));
    PartRegistry registry = PartRegistry.load();
    ObjectNode tree = HuggingFaceDirectory.read(folder, registry).modelConfig(registry, n -> {});
    return tree;
  }

  @Test
  void anOldConfigHasTimmsBackboneName() throws IOException {
    String names = ", 'use_timm_backbone': true, 'backbone': 'resnet50', 'dilation': false";
    JsonNode many = read(DEFORMABLE + names);
    assertEquals("[3,4,6,3]", many.at("/backbone/depths").toString());
    assertEquals(3, many.at("/head/levels").asInt());
    assertEquals(1, many.at("/head/extraLevels").asInt());
    assertEquals(100, many.at("/head/maxDetections").asInt());
    JsonNode one = read(DEFORMABLE + names + ", 'num_feature_levels': 1");
    assertEquals(1, one.at("/head/levels").asInt());
    assertEquals(0, one.at("/head/extraLevels").asInt());
    assertEquals("[3,4,6,3]", read(DEFORMABLE).at("/backbone/depths").toString());
  }

  @Test
  void twoStagesHaveTheirOwnNumberOfQueries() throws IOException {
    String two = ", 'two_stage': true, 'with_box_refine': true, 'two_stage_num_proposals': 50";
    assertEquals(50, read(DEFORMABLE + two).at("/head/queries").asInt());
    assertEquals(300, read(DEFORMABLE).at("/head/queries").asInt());
  }

  @Test
  void withoutABackboneRtDetrHasItsOwnOf50Layers() throws IOException {
    JsonNode tree = read(RT_DETR);
    assertTrue(tree.at("/backbone/deep").asBoolean());
    assertEquals("hybrid-encoder", tree.at("/neck/type").asText());
    assertEquals("SIGMOID", tree.at("/head/scoring").asText());
    assertEquals(
        "SOFTMAX", read(RT_DETR + ", 'use_focal_loss': false").at("/head/scoring").asText());
    assertEquals(
        "[640,320]",
        read(RT_DETR + ", 'anchor_image_size': [640, 320]").at("/head/anchorImage").toString());
    assertEquals(
        "DISCRETE", read(RT_DETR_2 + ", 'decoder_method': 'discrete'").at("/head/method").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rt_detr|RTDetrModel||architectures",
        "rt_detr|RTDetrForObjectDetection|'activation_function': 'mish'|activation_function",
        "rt_detr|RTDetrForObjectDetection|'encoder_in_channels': [8, 8]|encoder_in_channels",
        "rt_detr|RTDetrForObjectDetection|'decoder_in_channels': [8, 8, 8]|decoder_in_channels",
        "rt_detr|RTDetrForObjectDetection|'num_feature_levels': 2|num_feature_levels",
        "rt_detr|RTDetrForObjectDetection|'backbone_config': {'model_type': 'bert'}|model_type",
        "rt_detr|RTDetrForObjectDetection|'backbone_config': {'model_type': 'rt_detr_resnet',"
            + " 'out_indices': [1, 3]}|out_indices",
        "rt_detr|RTDetrForObjectDetection|'anchor_image_size': [64, 64], 'feat_strides':"
            + " [4, 8, 16]|feat_strides",
        "rt_detr_v2|RTDetrV2ForObjectDetection|'decoder_method': 'other'|decoder_method",
        "rt_detr_v2|RTDetrV2ForObjectDetection|'decoder_n_levels': 4|decoder_n_levels",
        "deformable_detr|DeformableDetrForObjectDetection|'dilation': true|dilation",
        "deformable_detr|DeformableDetrForObjectDetection|'position_embedding_type':"
            + " 'rope'|position_embedding_type",
        "deformable_detr|DeformableDetrForObjectDetection|'backbone': 'vgg16'|backbone",
        "deformable_detr|DeformableDetrForObjectDetection|'two_stage': true|boxRefine"
      })
  void unsupportedValuesAreRejectedByTheirKey(
      String type, String architecture, String keys, String named) {
    String start = "'model_type': '" + type + "', 'architectures': ['" + architecture + "']";
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> read(keys == null ? start : start + ", " + keys));
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
