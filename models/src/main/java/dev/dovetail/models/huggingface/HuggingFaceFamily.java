package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.Head;
import dev.dovetail.data.image.Preprocess;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the {@code config.json} of a model type of transformers describes a model of ours. Found by
 * {@link java.util.ServiceLoader}.
 */
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

  /** The head: a classification head, whose classes are 0 where the architecture has none. */
  default Head head(JsonNode config) {
    return Transformers.classificationHead(config);
  }

  /** The names of the classes, in order; empty if there are none. */
  default List<String> classNames(JsonNode config) {
    return Transformers.classNames(config);
  }

  /**
   * How images are prepared.
   *
   * @param processor the contents of {@code preprocessor_config.json}, empty where there is none
   * @throws IllegalArgumentException if it asks for what there is not; the message names the key
   */
  default Preprocess preprocess(JsonNode config, JsonNode processor) {
    return Transformers.preprocess(config, processor);
  }

  /**
   * What the model gives, under transformers' names ({@code hidden_states.0}, {@code
   * last_hidden_state}, {@code logits}, …). Parameters have the names of {@link
   * dev.dovetail.models.ModelGraph#bare}: a classifier's at the root, a dense model's backbone
   * below {@code backbone}.
   *
   * @param root the root of the model's scopes
   * @param image [batch, 3, height, width], normalised
   * @param classes of the head, 0 if the architecture has none
   */
  Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes);
}
