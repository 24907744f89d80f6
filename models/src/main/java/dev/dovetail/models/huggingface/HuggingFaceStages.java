package dev.dovetail.models.huggingface;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the outputs of transformers' models in stages have in common. */
final class HuggingFaceStages {

  private HuggingFaceStages() {}

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
