package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A reader of hierarchical classifiers, whose outputs have the same names in all configs of
 * transformers.
 */
public interface StagesReader<M extends Record & Classifier> extends HuggingFaceReader<M> {

  /** {@code hidden_states.0} is the output of the stem; the stages and the head follow. */
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
