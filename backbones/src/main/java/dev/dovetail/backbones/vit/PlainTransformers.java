package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Common keys of the configs and common outputs of transformers' plain vision transformers. */
final class PlainTransformers {

  private PlainTransformers() {}

  /** Returns the MLP ratio whose product with the width is the hidden width. */
  static double mlpRatio(ConfigTree config, int width, int otherwise) {
    int hidden = config.integer("intermediate_size", otherwise, 1);
    double ratio = hidden / (double) width;
    return (int) (width * ratio) == hidden ? ratio : Math.nextUp(ratio);
  }

  /** Adds the hidden states as tokens or maps and returns the output of the last block. */
  static Features hiddenStates(
      Scope root, VisionTransformer model, Tensor image, boolean maps, Map<String, Tensor> out) {
    List<Features> states = new ArrayList<>(List.of(model.stem(root, image)));
    for (int i = 0; i < model.stages().get(0).blocks(); i++) {
      states.add(model.blocks(root, states.get(i), 0, i, i + 1));
    }
    for (int i = 0; i < states.size(); i++) {
      Features x = states.get(i);
      out.put("hidden_states." + i, maps ? x.map() : x.tokens());
    }
    return states.get(states.size() - 1);
  }

  /**
   * Adds the hidden states, the tokens after the final norm, and the logits. Without classes the
   * class token is {@code pooler_output}.
   */
  static Map<String, Tensor> outputs(
      Scope root, VisionTransformer model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Features last = hiddenStates(root, model, image, false, out);
    Tensor logits = model.logits(root, last, classes);
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
