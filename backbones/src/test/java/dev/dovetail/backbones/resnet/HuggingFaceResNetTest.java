package dev.dovetail.backbones.resnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Configs of transformers' ResNet. */
class HuggingFaceResNetTest {

  private static ConfigTree json(String text) throws JsonProcessingException {
    JsonNode tree = JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return ConfigTree.of((ObjectNode) tree, "config.json");
  }

  @Test
  void anEmptyConfigIsTransformersOwnModel() throws JsonProcessingException {
    assertEquals(ResNet.resnet50(), new HuggingFaceResNet().model(json("{}")));
  }

  @Test
  void theConfigsNumbersAreTheBackbones() throws JsonProcessingException {
    assertEquals(
        ResNet.of(List.of(8, 12), List.of(1, 2), false).withStemWidth(16).withStrideFirst(true),
        new HuggingFaceResNet()
            .model(
                json(
                    "{'model_type': 'resnet', 'embedding_size': 16, 'hidden_sizes': [8, 12],"
                        + " 'depths': [1, 2], 'layer_type': 'basic',"
                        + " 'downsample_in_bottleneck': true}")));
  }

  @Test
  void whatTheBackboneCannotDoIsRefusedByItsKey() throws JsonProcessingException {
    ConfigTree config = json("{'model_type': 'resnet', 'downsample_in_first_stage': true}");
    String message =
        assertThrows(ConfigException.class, () -> new HuggingFaceResNet().model(config))
            .getMessage();
    assertTrue(message.contains("'downsample_in_first_stage' is true"), message);
  }
}
