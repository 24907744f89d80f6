package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the configs and outputs of transformers' plain vision transformers have in common. */
final class PlainTransformers {

  private PlainTransformers() {}

  /**
   * @throws IllegalArgumentException if a key has another value than the only one that is known
   */
  static void require(JsonNode config, String key, String only) {
    if (config.has(key) && !config.get(key).asText().equals(only)) {
      throw new IllegalArgumentException(
          "the config's '"
              + key
              + "' is "
              + config.get(key).asText()
              + ", and Dovetail's vision transformer knows only "
              + only);
    }
  }

  /** Height and width, which a config gives as one number or two. */
  static List<Integer> size(JsonNode config, String key, int otherwise) {
    JsonNode given = config.path(key);
    return given.isArray()
        ? List.of(given.path(0).asInt(), given.path(1).asInt())
        : List.of(given.asInt(otherwise), given.asInt(otherwise));
  }

  static int patch(JsonNode config, int otherwise) {
    List<Integer> patch = size(config, "patch_size", otherwise);
    if (!patch.get(0).equals(patch.get(1))) {
      throw new IllegalArgumentException(
          "the config's 'patch_size' is " + patch + ", and patches must be squares");
    }
    return patch.get(0);
  }

  /** Hidden width of the MLPs over the width. */
  static double mlpRatio(JsonNode config, int width) {
    return config.path("intermediate_size").asInt(4 * width) / (double) width;
  }

  static List<Integer> integers(JsonNode config, String key) {
    return IntStream.range(0, config.path(key).size())
        .mapToObj(i -> config.get(key).get(i).asInt())
        .toList();
  }

  /** The hidden states, as tokens or maps, and what the last block gave. */
  static Features hiddenStates(
      Scope root, Backbone backbone, Tensor image, boolean maps, Map<String, Tensor> out) {
    List<Features> states = new ArrayList<>(List.of(backbone.stem(root, image)));
    for (int i = 0; i < backbone.stages().get(0).blocks(); i++) {
      states.add(backbone.blocks(root, states.get(i), 0, i, i + 1));
    }
    for (int i = 0; i < states.size(); i++) {
      Features x = states.get(i);
      out.put("hidden_states." + i, maps ? x.map() : x.tokens());
    }
    return states.get(states.size() - 1);
  }

  /**
   * Hidden states, the tokens after the last norm, and logits. Without classes the class token is
   * {@code pooler_output}.
   */
  static Map<String, Tensor> outputs(Scope root, Backbone backbone, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Features last = hiddenStates(root, backbone, image, false, out);
    Tensor logits = ((Classifier) backbone).logits(root, last, classes);
    Map<String, Tensor> values = root.trace().graph(Map.of()).values();
    out.put("last_hidden_state", values.get("features"));
    if (classes == 0) {
      out.put("pooler_output", logits);
      return out;
    }
    out.put("logits", logits);
    if (values.containsKey("head_dist")) {
      out.put("cls_logits", values.get("head"));
      out.put("distillation_logits", values.get("head_dist"));
    }
    return out;
  }
}
