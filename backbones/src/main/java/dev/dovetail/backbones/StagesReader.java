package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.LinkedHashMap;
import java.util.Map;

/** A reader of classifiers in stages, whose outputs transformers names in one way. */
public interface StagesReader<M extends Record & Classifier> extends HuggingFaceReader<M> {

  /** {@code hidden_states.0} of the stem, then of each stage; the head's output. */
  @Override
  default Map<String, Tensor> outputs(
      Scope root, ConfigTree config, M model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Features x = model.stem(root, image);
    out.put("hidden_states.0", x.map());
    for (int i = 0; i < model.stages().size(); i++) {
      x = model.blocks(root, x, i, 0, model.stages().get(i).blocks());
      out.put("hidden_states." + (i + 1), x.map());
    }
    out.put("last_hidden_state", x.map());
    out.put(classes > 0 ? "logits" : "pooler_output", model.logits(root, x, classes));
    return out;
  }
}
