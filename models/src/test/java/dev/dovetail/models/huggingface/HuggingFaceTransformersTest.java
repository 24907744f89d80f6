package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
import dev.dovetail.backbones.vit.HuggingFaceDinov3;
import dev.dovetail.backbones.vit.HuggingFaceLwDetrVit;
import dev.dovetail.backbones.vit.HuggingFaceRfDetrVit;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.backbones.vit.TokenWindows;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads transformers' configs of plain transformers inside detectors. */
class HuggingFaceTransformersTest {

  private static ConfigTree config(String json) {
    try {
      return ConfigTree.of(
          (ObjectNode) JsonMapper.builder().build().readTree(json.replace('\'', '"')),
          "config.json");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | [4]",
        "{'out_indices': [0, 2]} | [0, 2]",
        "{'out_indices': [-3, -1]} | [2, 4]",
        "{'out_features': ['stem', 'stage3']} | [0, 3]",
        "{'out_features': ['stage2', 'stage4'], 'out_indices': [2, 4]} | [2, 4]",
        "{'out_features': null, 'out_indices': null} | [4]"
      })
  void tapsAreCountedInCompletedBlocks(String json, String taps) {
    assertEquals(taps, HuggingFaceTaps.of(config(json), 4).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'out_indices': [5]} | out_indices",
        "{'out_indices': [2, 1]} | out_indices",
        "{'out_indices': []} | out_indices",
        "{'out_indices': [-6]} | out_indices",
        "{'out_features': ['stage0']} | out_features",
        "{'out_features': ['stage5']} | out_features",
        "{'out_features': ['layer1']} | out_features"
      })
  void missingTapsAreRejectedByKey(String json, String key) {
    String message =
        assertThrows(ConfigException.class, () -> HuggingFaceTaps.of(config(json), 4)).getMessage();
    assertTrue(message.contains("'" + key + "'"), message);
  }

  @Test
  void rfDetrsBlocksUpToTheLastTapExceptTheTapsAreWindowed() {
    VisionTransformer vit =
        HuggingFaceRfDetrVit.backbone(
            config("{'num_hidden_layers': 8, 'num_windows': 2, 'out_indices': [2, 5]}"));
    assertEquals(new TokenWindows(2, List.of(2, 5, 6, 7), true), vit.tokenWindows());
    assertEquals(OutputNorm.ALL, vit.head().outputNorm());
    VisionTransformer named =
        HuggingFaceRfDetrVit.backbone(
            config("{'num_hidden_layers': 3, 'window_block_indexes': [1], 'out_indices': [3]}"));
    assertEquals(new TokenWindows(4, List.of(0, 2), true), named.tokenWindows());
  }

  @Test
  void rfDetrsGatedMlpsHaveTwoThirdsOfTheWidth() {
    VisionTransformer vit =
        HuggingFaceRfDetrVit.backbone(
            config("{'hidden_size': 48, 'num_attention_heads': 3, 'use_swiglu_ffn': true}"));
    assertEquals(Mlp.SWIGLU, vit.block().mlp());
    assertEquals(128, vit.geometry().mlpRatio() * 48, 1e-9);
  }

  @Test
  void theNumberOfLwDetrsWindowsIsASquare() {
    VisionTransformer vit =
        HuggingFaceLwDetrVit.backbone(
            config("{'num_hidden_layers': 4, 'num_windows': 9, 'window_block_indices': [0, 2]}"));
    assertEquals(new TokenWindows(3, List.of(1, 3), false), vit.tokenWindows());
    refused(HuggingFaceLwDetrVit::backbone, "{'num_windows': 8}", "num_windows");
  }

  @Test
  void dinov3sLastMapIsNormalizedEvenIfOthersAreNot() {
    assertEquals(
        OutputNorm.LAST,
        HuggingFaceDinov3.backbone(config("{'apply_layernorm': false}")).head().outputNorm());
    assertEquals(
        OutputNorm.ALL,
        HuggingFaceDinov3.backbone(config("{'key_bias': true}")).head().outputNorm());
  }

  @Test
  void unsupportedKeysAreRejected() {
    refused(HuggingFaceRfDetrVit::backbone, "{'hidden_act': 'relu'}", "hidden_act");
    refused(HuggingFaceRfDetrVit::backbone, "{'reshape_hidden_states': false}", "reshape_hidden");
    refused(HuggingFaceRfDetrVit::backbone, "{'image_size': [56, 70]}", "image_size");
    refused(HuggingFaceRfDetrVit::backbone, "{'num_channels': 4}", "num_channels");
    refused(HuggingFaceLwDetrVit::backbone, "{'patch_size': [16, 8]}", "patch_size");
    refused(HuggingFaceLwDetrVit::backbone, "{'head_dim': 10}", "head_dim");
    refused(HuggingFaceDinov3::backbone, "{'reshape_hidden_states': false}", "reshape_hidden");
    refused(
        HuggingFaceDinov3::backbone,
        "{'query_bias': false, 'value_bias': false, 'key_bias': true}",
        "key_bias");
  }

  private static void refused(
      Function<ConfigTree, VisionTransformer> reader, String json, String key) {
    String message =
        assertThrows(ConfigException.class, () -> reader.apply(config(json))).getMessage();
    assertTrue(message.contains("'" + key), message);
  }
}
