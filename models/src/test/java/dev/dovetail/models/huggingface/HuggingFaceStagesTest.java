package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.ConfigTree;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Configs of transformers' convolutional backbones. */
class HuggingFaceStagesTest {

  private static ConfigTree json(String text) throws JsonProcessingException {
    JsonNode tree = JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return ConfigTree.of((ObjectNode) tree, "config.json");
  }

  @Test
  void anEmptyConfigIsTransformersOwnModel() throws JsonProcessingException {
    assertEquals(ResNet.defaults(), new HuggingFaceResNet().backbone(json("{}")));
    assertEquals(ConvNeXt.defaults(), new HuggingFaceConvNeXt().backbone(json("{}")));
  }

  @Test
  void theConfigsNumbersAreTheBackbones() throws JsonProcessingException {
    assertEquals(
        new ResNet(16, List.of(8, 12), List.of(1, 2), false, true, false),
        new HuggingFaceResNet()
            .backbone(
                json(
                    "{'model_type': 'resnet', 'embedding_size': 16, 'hidden_sizes': [8, 12],"
                        + " 'depths': [1, 2], 'layer_type': 'basic',"
                        + " 'downsample_in_bottleneck': true}")));
  }

  @Test
  void whatTheBackboneCannotDoIsRefusedByItsKey() throws JsonProcessingException {
    ConfigTree config = json("{'model_type': 'resnet', 'downsample_in_first_stage': true}");
    String message =
        assertThrows(ConfigException.class, () -> new HuggingFaceResNet().backbone(config))
            .getMessage();
    assertTrue(message.contains("'downsample_in_first_stage' is true"), message);
  }
}
