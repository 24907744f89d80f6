package dev.dovetail.backbones.convnext;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.registry.config.ConfigTree;
import org.junit.jupiter.api.Test;

/** Reads configs of transformers' ConvNeXt. */
class HuggingFaceConvNeXtTest {

  @Test
  void anEmptyConfigIsTheDefaultModelOfTransformers() {
    ConfigTree empty = ConfigTree.of(JsonNodeFactory.instance.objectNode(), "config.json");
    assertEquals(ConvNeXt.tiny(), new HuggingFaceConvNeXt().model(empty));
  }
}
