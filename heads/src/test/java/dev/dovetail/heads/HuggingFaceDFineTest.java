package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.deimv2.SpatialTuning;
import dev.dovetail.adapters.hybridencoder.Block;
import dev.dovetail.adapters.hybridencoder.Fusion;
import dev.dovetail.adapters.hybridencoder.HybridEncoder;
import dev.dovetail.adapters.hybridencoder.LiteEncoder;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.dfine.DFine;
import dev.dovetail.heads.dfine.DFineFamily;
import dev.dovetail.heads.dfine.LayerKind;
import dev.dovetail.heads.dfine.Style;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of D-FINE and DEIMv2 in the format of transformers. */
class HuggingFaceDFineTest {

  private static final HuggingFaceReader<?> READER = new DFineFamily().huggingFace().get(0);

  private static ConfigTree config(String type, String keys) throws JsonProcessingException {
    String text =
        "{'model_type': '"
            + type
            + "', 'architectures': ['XForObjectDetection'], 'id2label': {'0': 'a', '1': 'b'}"
            + (keys.isEmpty() ? "" : ", " + keys)
            + "}";
    ObjectNode tree = (ObjectNode) JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return ConfigTree.of(tree, "config.json");
  }

  private static List<Record> parts(String type, String keys) throws JsonProcessingException {
    return READER.decoder(config(type, keys));
  }

  @Test
  void dFineWithoutKeysIsTheDefaultOfTransformers() throws JsonProcessingException {
    List<Record> parts = parts("d_fine", "");
    HybridEncoder neck = (HybridEncoder) parts.get(1);
    assertEquals(
        new Fusion(Block.ELAN4, Fusion.Join.CONCATENATE, 1, 3, Activation.SILU, 1e-5),
        neck.fusion());
    DFine head = (DFine) parts.get(2);
    assertEquals(2, head.classes());
    assertEquals(List.of(4), head.base().sampling().points());
    assertEquals(Style.dfine(), head.style());
    assertEquals(DFine.defaults().distribution(), head.distribution());
  }

  @Test
  void everyOptionOfTheDecoderIsRead() throws JsonProcessingException {
    DFine head =
        (DFine)
            parts(
                    "deimv2",
                    "'use_gateway': false, 'share_bbox_head': true, 'max_num_bins': 16,"
                        + " 'reg_scale': 8, 'up': 0.25, 'top_prob_values': 3, 'lqe_hidden_dim': 9,"
                        + " 'lqe_layers': 4, 'decoder_method': 'discrete',"
                        + " 'decoder_offset_scale': 0.25, 'num_feature_levels': 4,"
                        + " 'decoder_n_points': [3, 6, 3, 1], 'learn_initial_query': true,"
                        + " 'use_focal_loss': false, 'decoder_activation_function': 'silu',"
                        + " 'num_queries': 11, 'decoder_layers': 2, 'eval_idx': 1")
                .get(2);
    assertEquals(
        new Style(LayerKind.DEIMV2, false, Activation.RELU, true, true, false), head.style());
    assertEquals(16, head.distribution().bins());
    assertEquals(8, head.distribution().scale());
    assertEquals(0.25, head.distribution().up());
    assertEquals(4, head.distribution().quality().layers());
    assertEquals(Method.DISCRETE, head.base().sampling().method());
    assertEquals(0.25, head.base().sampling().offsetScale());
    assertEquals(1, head.base().maps().extraLevels());
    assertEquals(Scoring.SOFTMAX, head.base().scoring());
    assertEquals(Activation.SILU, head.base().decoder().activation());
    assertEquals(11, head.base().maxDetections());
    assertTrue(head.base().learnedQueries());
  }

  @Test
  void theLightEncoderComputesTwoMapsFromOne() throws JsonProcessingException {
    List<Record> parts =
        parts(
            "deimv2",
            "'encoder_type': 'lite', 'encoder_hidden_dim': 64, 'decoder_in_channels': [64, 64],"
                + " 'num_feature_levels': 2, 'depth_mult': 0.5, 'hidden_expansion': 0.34,"
                + " 'backbone_config': {'model_type': 'hgnet_v2', 'out_indices': [4]}");
    LiteEncoder neck = (LiteEncoder) parts.get(1);
    assertEquals(1, neck.levels());
    assertEquals(
        new Fusion(Block.ELAN5_CONV, Fusion.Join.SUM, 0.34, 2, Activation.SILU, 1e-5),
        neck.fusion());
    assertEquals(2, ((DFine) parts.get(2)).base().maps().levels());
  }

  @Test
  void dinov3HasItsAdapterAndMapsWithoutProjection() throws JsonProcessingException {
    List<Record> parts =
        parts(
            "deimv2",
            "'encoder_has_trailing_conv': false, 'spatial_tuning_adapter_inplanes': 32,"
                + " 'backbone_config': {'model_type': 'dinov3_vit', 'out_indices': [6, 9, 12],"
                + " 'layer_norm_eps': 1e-6}");
    assertEquals(new SpatialTuning(List.of(6, 9, 12), 32, 256, 1e-5), parts.get(0));
    HybridEncoder neck = (HybridEncoder) parts.get(1);
    assertEquals(Block.ELAN5, neck.fusion().block());
    assertEquals(false, neck.projection().used());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d_fine | 'eval_idx': 2 | 'eval_idx' is 2, expected -1 or 5; no other value is supported",
        "d_fine | 'max_num_bins': 15 | 'max_num_bins' is 15, expected an even number",
        "d_fine | 'decoder_n_points': [3, 6] | 'decoder_n_points' is [3,6], expected a number for"
            + " each of the 3 levels",
        "d_fine | 'decoder_in_channels': [256, 128, 256] | 'decoder_in_channels' is [256,128,256],"
            + " expected encoder_hidden_dim (256) for each of 3 maps",
        "d_fine | 'decoder_method': 'other' | 'decoder_method' is \"other\", expected \"default\" or"
            + " \"discrete\"; no other value is supported",
        "deimv2 | 'encoder_fuse_op': 'cat' | 'encoder_fuse_op' is \"cat\", expected \"sum\"; no"
            + " other value is supported",
        "deimv2 | 'encoder_type': 'heavy' | 'encoder_type' is \"heavy\", expected \"hybrid\" or"
            + " \"lite\"; no other value is supported",
        "deimv2 | 'anchor_image_size': [640, 640], 'feat_strides': [4, 8, 16] | 'feat_strides' is"
            + " [4,8,16], expected [8,16,32]; no other value is supported"
      })
  void unsupportedOptionsAreRejectedByKey(String type, String keys, String reason) {
    ConfigException refused = assertThrows(ConfigException.class, () -> parts(type, keys));
    assertEquals("config.json: " + reason, refused.getMessage());
  }
}
