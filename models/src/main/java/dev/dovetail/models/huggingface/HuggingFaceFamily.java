package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.heads.Head;
import dev.dovetail.models.config.ConfigTree;
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
   * @throws IllegalArgumentException if the config asks for what the backbone cannot do, or has a
   *     value of another type; the message names the key
   */
  Backbone backbone(ConfigTree config);

  /** The head: a classification head, whose classes are 0 where the architecture has none. */
  default Head head(ConfigTree config) {
    return Labels.classificationHead(config);
  }

  /** The names of the classes, in order; empty if there are none. */
  default List<String> classNames(ConfigTree config) {
    return Labels.of(config).names();
  }

  /**
   * Sections of a config of ours that the task reads, such as {@code test}; none by default.
   *
   * @param reduceLabels whether the image processor says that 0 is "no label" in annotations
   * @param input height and width to which images are resized
   */
  default ObjectNode taskSections(ConfigTree config, boolean reduceLabels, List<Integer> input) {
    return JsonNodeFactory.instance.objectNode();
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
      Scope root, ConfigTree config, Backbone backbone, Tensor image, int classes);
}
