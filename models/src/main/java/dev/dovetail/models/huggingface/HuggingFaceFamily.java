package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Map;
import java.util.Set;

/** How the {@code config.json} of a model type of transformers describes one of our backbones. */
public interface HuggingFaceFamily {

  /** The values of {@code model_type} that it understands. */
  Set<String> modelTypes();

  /**
   * The backbone.
   *
   * @throws IllegalArgumentException if the config asks for what the backbone cannot do; the
   *     message names the key
   */
  Backbone backbone(JsonNode config);

  /**
   * What the model gives, under transformers' names ({@code hidden_states.0}, {@code
   * last_hidden_state}, {@code logits}, …).
   *
   * @param root the root of the model's scopes
   * @param image [batch, 3, height, width], normalised
   * @param classes of the classification head, 0 if the architecture has none
   */
  Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes);
}
