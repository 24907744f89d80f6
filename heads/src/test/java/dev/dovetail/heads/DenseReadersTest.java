package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.conditionaldetr.ConditionalDetr;
import dev.dovetail.heads.conditionaldetr.ConditionalDetrFamily;
import dev.dovetail.heads.dabdetr.DabDetr;
import dev.dovetail.heads.dabdetr.DabDetrFamily;
import dev.dovetail.heads.dabdetr.Position;
import dev.dovetail.heads.detr.Detr;
import dev.dovetail.heads.detr.DetrFamily;
import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.DenseTransformer.Layers;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.config.ConfigTree;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads configs of DETR, Conditional DETR and DAB-DETR in the format of transformers. */
class DenseReadersTest {

  private static final String DETR =
      "'architectures': ['DetrForObjectDetection'], 'num_labels': 91";
  private static final String CONDITIONAL =
      "'architectures': ['ConditionalDetrForObjectDetection'], 'num_labels': 91";
  private static final String DAB =
      "'architectures': ['DabDetrForObjectDetection'], 'num_labels': 91";

  private static ConfigTree config(String json) throws IOException {
    String text = ("{" + json + "}").replace('\'', '"');
    return ConfigTree.of((ObjectNode) JsonMapper.builder().build().readTree(text), "config.json");
  }

  private static Record backbone(ModelFamily family, String json) throws IOException {
    return family.huggingFace().get(0).model(config(json));
  }

  private static Record head(ModelFamily family, String json) throws IOException {
    return family.huggingFace().get(0).decoder(config(json)).get(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'model_type': 'detr'",
        "'backbone': 'resnet50', 'use_timm_backbone': true, 'backbone_config': null, 'dilation': false",
        "'backbone': null, 'backbone_config': {'model_type': 'timm_backbone', 'backbone': 'resnet50'}"
      })
  void aPublishedConfigSpecifiesTimmsResNet(String keys) throws IOException {
    assertEquals(ResNet.resnet50(), backbone(new DetrFamily(), DETR + ", " + keys));
  }

  @Test
  void aConfigWithoutOptionsIsThePublishedModel() throws IOException {
    assertEquals(Detr.defaults(), head(new DetrFamily(), DETR));
    assertEquals(ConditionalDetr.defaults(), head(new ConditionalDetrFamily(), CONDITIONAL));
    assertEquals(DabDetr.defaults(), head(new DabDetrFamily(), DAB));
  }

  @Test
  void keysOfTransformersSetTheOptionsOfTheHead() throws IOException {
    String layers =
        ", 'encoder_layers': 2, 'encoder_attention_heads': 4, 'encoder_ffn_dim': 8,"
            + " 'decoder_layers': 3, 'decoder_attention_heads': 2, 'decoder_ffn_dim': 16,"
            + " 'activation_function': 'gelu_new', 'num_queries': 7, 'auxiliary_loss': true";
    DenseTransformer transformer =
        new DenseTransformer(24, new Layers(2, 4, 8), new Layers(3, 2, 16), Activation.GELU_TANH);
    String learned = ", 'd_model': 24, 'position_embedding_type': 'learned'";
    assertEquals(
        new Detr(91, 7, transformer, PositionEmbedding.LEARNED, true, 7),
        head(new DetrFamily(), DETR + layers + learned));
    assertEquals(
        new ConditionalDetr(91, 7, transformer, PositionEmbedding.LEARNED, true, 100),
        head(new ConditionalDetrFamily(), CONDITIONAL + layers + learned));
    String dab =
        ", 'hidden_size': 24, 'num_patterns': 3, 'keep_query_pos': true, 'normalize_before': true,"
            + " 'temperature_height': 10, 'temperature_width': 30,"
            + " 'sine_position_embedding_scale': 1.5, 'random_refpoints_xy': true";
    assertEquals(
        new DabDetr(91, 7, 3, transformer, new Position(10, 30, 1.5), true, true, 100),
        head(new DabDetrFamily(), DAB + layers + dab));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'architectures': ['DetrForSegmentation'] | masks from attention maps",
        "'architectures': ['DetrModel'] | ForObjectDetection",
        DETR + ", 'dilation': true | 'dilation'",
        DETR + ", 'backbone': 'resnext50' | 'backbone'",
        DETR + ", 'backbone': 'a/b', 'use_timm_backbone': false | 'use_timm_backbone'",
        DETR + ", 'backbone_config': {'model_type': 'unheard'} | 'backbone_config.model_type'"
      })
  void unreadableValuesAreRejectedByKey(String keys, String words) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> backbone(new DetrFamily(), keys))
            .getMessage();
    assertTrue(message.contains(words), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'activation_function': 'xielu' | leaky_relu, prelu",
        "'query_dim': 2 | 'query_dim'",
        "'hidden_size': 30 | width is 30"
      })
  void unknownOptionsAreRejected(String keys, String words) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> head(new DabDetrFamily(), DAB + ", " + keys))
            .getMessage();
    assertTrue(message.contains(words), message);
  }
}
