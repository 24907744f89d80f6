package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.models.config.ConfigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What the configs and outputs of transformers' models in stages have in common. */
final class HuggingFaceStages {

  private HuggingFaceStages() {}

  /**
   * @throws ConfigException if the config has the key with another value than the one there is
   */
  static void require(JsonNode config, String key, String only) {
    if (config.has(key) && !config.get(key).asText().equals(only)) {
      throw new ConfigException(
          "'"
              + key
              + "' is "
              + config.get(key).asText()
              + "; of "
              + config.path("model_type").asText()
              + " only "
              + only
              + " is known");
    }
  }

  /** The numbers under a key, or transformers' own where there are none. */
  static List<Integer> integers(JsonNode config, String key, List<Integer> standard) {
    return config.has(key)
        ? StreamSupport.stream(config.get(key).spliterator(), false).map(JsonNode::asInt).toList()
        : standard;
  }

  /** {@code hidden_states.0} of the stem, then of each stage; the head's output. */
  static Map<String, Tensor> outputs(Scope root, Backbone backbone, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Features x = backbone.stem(root, image);
    out.put("hidden_states.0", x.map());
    for (int i = 0; i < backbone.stages().size(); i++) {
      x = backbone.blocks(root, x, i, 0, backbone.stages().get(i).blocks());
      out.put("hidden_states." + (i + 1), x.map());
    }
    out.put("last_hidden_state", x.map());
    out.put(
        classes > 0 ? "logits" : "pooler_output", ((Classifier) backbone).logits(root, x, classes));
    return out;
  }
}
