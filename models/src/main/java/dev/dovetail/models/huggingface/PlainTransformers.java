package dev.dovetail.models.huggingface;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.models.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the configs and outputs of transformers' plain vision transformers have in common. */
final class PlainTransformers {

  private PlainTransformers() {}

  /** The side of a patch, which must be a square. */
  static int patch(ConfigTree config, int otherwise) {
    List<Integer> patch = config.extents("patch_size", otherwise);
    if (!patch.get(0).equals(patch.get(1))) {
      throw config.wrong("patch_size", "a square");
    }
    return patch.get(0);
  }

  /** Hidden width of the MLPs over the width, such that the product is the hidden width. */
  static double mlpRatio(ConfigTree config, int width, int otherwise) {
    int hidden = config.integer("intermediate_size", otherwise, 1);
    double ratio = hidden / (double) width;
    return (int) (width * ratio) == hidden ? ratio : Math.nextUp(ratio);
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
