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

/** Reads configs of transformers' ResNet. */
class HuggingFaceResNetTest {

  private static ConfigTree json(String text) throws JsonProcessingException {
    JsonNode tree = JsonMapper.builder().build().readTree(text.replace('\'', '"'));
    return ConfigTree.of((ObjectNode) tree, "config.json");
  }

  @Test
  void anEmptyConfigIsTheDefaultModelOfTransformers() throws JsonProcessingException {
    assertEquals(ResNet.resnet50(), new HuggingFaceResNet().model(json("{}")));
  }

  @Test
  void theBackboneHasTheNumbersOfTheConfig() throws JsonProcessingException {
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
  void unsupportedValuesAreRejectedWithTheirKey() throws JsonProcessingException {
    assertRejected("{'model_type': 'resnet', 'hidden_act': 'gelu'}", "'hidden_act' is \"gelu\"");
    assertRejected(
        "{'model_type': 'rt_detr_resnet', 'layer_type': 'basic', 'embedding_size': 8,"
            + " 'hidden_sizes': [16, 24], 'depths': [1, 1]}",
        "'embedding_size' is 8, expected the first of hidden_sizes, 16");
  }

  private static void assertRejected(String text, String words) throws JsonProcessingException {
    ConfigTree config = json(text);
    String message =
        assertThrows(ConfigException.class, () -> new HuggingFaceResNet().model(config))
            .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void theFirstStageHasStrideTwoIfTheConfigSpecifiesIt() throws JsonProcessingException {
    ResNet model =
        new HuggingFaceResNet()
            .model(json("{'model_type': 'resnet', 'downsample_in_first_stage': true}"));
    assertEquals(ResNet.resnet50().withDownsampleFirst(true), model);
    assertEquals(List.of(8, 16, 32, 64), model.strides());
  }

  @Test
  void anEmptyConfigOfRtDetrIsResNetD() throws JsonProcessingException {
    assertEquals(
        ResNet.resnet50().withDeep(true),
        new HuggingFaceResNet().model(json("{'model_type': 'rt_detr_resnet'}")));
  }

  @Test
  void basicBlocksOfRtDetrProjectInTheFirstBlockOfEachStage() throws JsonProcessingException {
    assertEquals(
        ResNet.of(List.of(8, 12), List.of(1, 2), false)
            .withStemWidth(8)
            .withDeep(true)
            .withProjectFirst(true),
        new HuggingFaceResNet()
            .model(
                json(
                    "{'model_type': 'rt_detr_resnet', 'embedding_size': 8, 'layer_type': 'basic',"
                        + " 'hidden_sizes': [8, 12], 'depths': [1, 2]}")));
  }
}
