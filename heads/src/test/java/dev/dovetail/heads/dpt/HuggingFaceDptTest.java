package dev.dovetail.heads.dpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.dpt.Fusion;
import dev.dovetail.adapters.dpt.Reassemble;
import dev.dovetail.adapters.dpt.Reassemble.Readout;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of DPT in the format of transformers. */
class HuggingFaceDptTest {

  private static final String CLASSES =
      "'architectures': ['DPTForSemanticSegmentation'], 'num_labels': 150";
  private static final HuggingFaceDpt READER = new HuggingFaceDpt();

  private static ConfigTree config(String keys) throws IOException {
    String text = ("{'model_type': 'dpt', " + keys + "}").replace('\'', '"');
    return ConfigTree.of((ObjectNode) JsonMapper.builder().build().readTree(text), "config.json");
  }

  private static List<Record> decoder(String keys) throws IOException {
    return READER.decoder(config(CLASSES + keys));
  }

  @Test
  void aConfigWithoutOptionsIsThePublishedModelOfTheBaseSize() throws IOException {
    Reassemble usual = Reassemble.defaults();
    Reassemble reassemble =
        new Reassemble(usual.readout(), List.of(3, 6, 9, 12), usual.channels(), usual.factors());
    assertEquals(List.of(reassemble, Fusion.defaults(), DptHead.defaults()), decoder(""));
    VisionTransformer transformer = READER.model(config(CLASSES));
    assertEquals(
        List.of(768, 12, 12),
        List.of(transformer.width(), transformer.depth(), transformer.heads()));
    assertEquals(384, transformer.geometry().pretrainSize());
  }

  @Test
  void keysOfTransformersSetTheOptionsOfTheParts() throws IOException {
    List<Record> parts =
        decoder(
            ", 'num_hidden_layers': 5, 'backbone_out_indices': [4, 1, -1, 1, 9, 2],"
                + " 'neck_hidden_sizes': [8, 16, 24], 'reassemble_factors': [2, 1, 0.25, 7],"
                + " 'readout_type': 'add', 'fusion_hidden_size': 12,"
                + " 'use_batch_norm_in_fusion_residual': true, 'head_in_index': 0,"
                + " 'semantic_classifier_dropout': 0, 'use_auxiliary_head': false");
    Reassemble reassemble =
        new Reassemble(Readout.ADD, List.of(2, 3, 5), List.of(8, 16, 24), List.of(2.0, 1.0, 0.25));
    assertEquals(
        List.of(reassemble, new Fusion(12, true, false), new DptHead(150, 2, 0, false)), parts);
  }

  @ParameterizedTest
  @CsvSource({"false, null, true", "true, null, false", "false, false, false", "true, true, true"})
  void residualUnitsHaveABiasIfConfiguredOrWithoutBatchNorm(
      boolean batchNorm, String bias, boolean expected) throws IOException {
    Record fusion =
        decoder(
                ", 'use_batch_norm_in_fusion_residual': "
                    + batchNorm
                    + ", 'use_bias_in_fusion_residual': "
                    + bias)
            .get(1);
    assertEquals(new Fusion(256, batchNorm, expected), fusion);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "3, 0", "-4, 3", "0, 3", "1, 2"})
  void mapsForTheHeadAreCountedFromTheCoarsest(int index, int level) throws IOException {
    assertEquals(new DptHead(150, level, 0.1, true), decoder(", 'head_in_index': " + index).get(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'architectures': ['DPTForDepthEstimation'] | not support DPT for depth",
        "'architectures': ['DPTModel'] | expected DPTForSemanticSegmentation",
        "'num_labels': 3 | 'architectures' is missing",
        "%, 'is_hybrid': true | does not support 'bit'",
        "%, 'backbone_config': {'model_type': 'dinov2'} | 'dpt-reassemble', 'dpt-fusion' and 'dpt'",
        "%, 'backbone': 'resnet50' | 'backbone' is",
        "%, 'hidden_act': 'relu' | 'hidden_act' is",
        "%, 'image_size': [384, 512] | expected a square",
        "%, 'patch_size': [16, 8] | expected a square",
        "%, 'backbone_out_indices': [2, 5, 8] | 'backbone_out_indices' is [2,5,8], expected 4 of",
        "%, 'backbone_out_indices': [2, 5, 8, 12] | expected 4 of the blocks 0 to 11",
        "%, 'readout_type': 'mean' | 'readout_type' is",
        "%, 'reassemble_factors': [4, 2, 1] | an integer or a number between 0 and 1",
        "%, 'reassemble_factors': [4, 2, 1.5, 1] | an integer or a number between 0 and 1",
        "%, 'reassemble_factors': [4, 2, 1, 0] | an integer or a number between 0 and 1",
        "%, 'head_in_index': 4 | one of -4 to 3",
        "%, 'semantic_classifier_dropout': 1.5 | a number from 0 to 1",
      })
  void unusableValuesAreRejectedByKey(String keys, String expected) throws IOException {
    ConfigTree config = config(keys.replace("%", CLASSES));
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> {
              READER.model(config);
              READER.decoder(config);
            });
    assertTrue(refused.getMessage().contains(expected), refused.getMessage());
  }
}
