package dev.dovetail.heads.lwdetr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.adapters.projector.MultiScaleProjector;
import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of LW-DETR and RF-DETR; unsupported values are rejected with their key. */
class HuggingFaceDetectorsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static ConfigTree config(String json) throws IOException {
    return ConfigTree.of((ObjectNode) JSON.readTree(json.replace('\'', '"')), "config.json");
  }

  private static HuggingFaceReader<?> reader(String type) {
    return type.equals("lw_detr") ? new HuggingFaceLwDetr() : new HuggingFaceRfDetr();
  }

  @Test
  void missingKeysHaveTheDefaultsOfTheLibrary() throws IOException {
    ConfigTree empty = config("{'id2label': {'0': 'a', '1': 'b', '2': 'c'}}");
    List<Record> parts = new HuggingFaceRfDetr().decoder(empty);
    assertEquals(new Taps(List.of(2, 5, 8, 11)), parts.get(0));
    assertEquals(MultiScaleProjector.defaults(), parts.get(1));
    LwDetr usual = LwDetr.defaults();
    LwDetr.Decoder four = new LwDetr.Decoder(3, 8, 16, 4, 2048, Activation.RELU);
    assertEquals(new LwDetr(3, 300, 13, 1, four, 300), parts.get(2));
    assertEquals(usual.decoder().layers(), 3);
    assertEquals(384, new HuggingFaceRfDetr().model(empty).stages().get(0).channels());
  }

  @Test
  void everyKeySetsItsOption() throws IOException {
    ConfigTree lw =
        config(
            "{'id2label': {'0': 'a', '1': 'b'}, 'projector_scale_factors': [2.0, 0.5],"
                + " 'hidden_expansion': 0.25, 'c2f_num_blocks': 2, 'activation_function': 'relu',"
                + " 'batch_norm_eps': 0.001, 'd_model': 64, 'decoder_ffn_dim': 32,"
                + " 'decoder_n_points': 3, 'decoder_layers': 5, 'decoder_self_attention_heads': 2,"
                + " 'decoder_cross_attention_heads': 4, 'decoder_activation_function': 'silu',"
                + " 'num_queries': 9, 'group_detr': 2}");
    List<Record> parts = new HuggingFaceLwDetr().decoder(lw);
    assertEquals(new Taps(List.of(2, 4, 5, 9)), parts.get(0));
    assertEquals(
        new MultiScaleProjector(64, List.of(2.0, 0.5), 2, 0.25, Norm.BN, 0.001, Activation.RELU),
        parts.get(1));
    assertEquals(
        new LwDetr(2, 9, 2, 2, new LwDetr.Decoder(5, 2, 4, 3, 32, Activation.SILU), 100),
        parts.get(2));
    ConfigTree masks =
        config(
            "{'architectures': ['RfDetrForInstanceSegmentation'], 'mask_downsample_ratio': 2,"
                + " 'intermediate_size': 48, 'num_queries': 9,"
                + " 'segmentation_head_activation_function': 'relu'}");
    RfDetrSegmentation head = (RfDetrSegmentation) new HuggingFaceRfDetr().decoder(masks).get(2);
    assertEquals(2, head.downsample());
    assertEquals(48, head.feedForward());
    assertEquals(Activation.RELU, head.activation());
    assertEquals(9, head.detector().maxDetections());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "rf_detr; architectures; ['RfDetrModel']",
        "lw_detr; architectures; ['LwDetrModel']",
        "rf_detr; attention_bias; false",
        "lw_detr; attention_bias; false",
        "rf_detr; num_feature_levels; 2",
        "rf_detr; head_dim; 16",
        "rf_detr; activation_function; 'mish'",
        "lw_detr; decoder_activation_function; 'celu'",
        "lw_detr; projector_scale_factors; [4.0]",
        "lw_detr; projector_scale_factors; []",
        "lw_detr; projector_scale_factors; ['1.0']",
        "lw_detr; backbone_config; {'model_type': 'resnet'}",
        "rf_detr; backbone_config; {'model_type': 'dinov2'}",
        "rf_detr; backbone; 'resnet50'"
      })
  void unsupportedValuesAreRejectedByKey(String type, String key, String value) throws IOException {
    String scales = key.startsWith("projector") ? "" : ", 'projector_scale_factors': [1.0]";
    ConfigTree config =
        config("{'id2label': {'0': 'a', '1': 'b'}, '" + key + "': " + value + scales + "}");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                  reader(type).model(config);
                  reader(type).decoder(config);
                })
            .getMessage();
    assertTrue(message.startsWith("config.json: '" + key), message);
  }
}
