package dev.dovetail.registry.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Converts the {@code config.json} of a transformers model type to a model of Dovetail.
 *
 * @param <M> the record of the backbone or of the whole network
 */
public interface HuggingFaceReader<M extends Record> {

  /** Returns the supported values of {@code model_type}. */
  Set<String> modelTypes();

  /**
   * Returns the backbone or the whole network, a variant of a registered part.
   *
   * @throws IllegalArgumentException if the config requests an unsupported feature, or has a value
   *     of another type; the message contains the key
   */
  M model(ConfigTree config);

  /**
   * Returns the names of tensors in the weights whose values affect the computation like keys of a
   * config; none by default.
   */
  default Set<String> state() {
    return Set.of();
  }

  /**
   * Returns the same as {@link #model(ConfigTree)} for a directory with weights.
   *
   * @param state the values of those tensors of {@link #state} that the weights contain
   * @throws IllegalArgumentException if the config or a value requests an unsupported feature
   */
  default M model(ConfigTree config, Map<String, float[]> state) {
    return model(config);
  }

  /**
   * Returns the backbone inside a detector or segmenter, which may differ from the standalone
   * model: in transformers, the feature maps of Swin then have their own norms.
   *
   * @param config {@code backbone_config}
   * @throws IllegalArgumentException like {@link #model}
   */
  default M asBackbone(ConfigTree config) {
    return model(config);
  }

  /**
   * Returns the parts after the backbone: an adapter, optionally a neck, and a head. Empty for a
   * whole network, and for a backbone that is a classifier or has no head.
   */
  default List<Record> decoder(ConfigTree config) {
    return List.of();
  }

  /** Returns the classes of the model. */
  default Labels labels(ConfigTree config) {
    return Labels.ofClassifier(config);
  }

  /**
   * Returns config sections that the task reads, such as {@code test}; empty by default.
   *
   * @param reduceLabels whether the image processor defines 0 as "no label" in annotations
   * @param input height and width to which images are resized
   */
  default ObjectNode taskSections(ConfigTree config, boolean reduceLabels, List<Integer> input) {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Returns the task of a directory; empty if the predictions imply it.
   *
   * <p>If several tasks can use the predictions, the config does not state the task for which the
   * checkpoint was trained.
   */
  default String task(ConfigTree config) {
    return "";
  }

  /**
   * Returns the config sections for a task that the user selected, or that {@link #task} returned.
   *
   * @param task its name; empty if the predictions imply it
   * @param reduceLabels whether the image processor defines 0 as "no label" in annotations
   * @param input height and width to which images are resized
   */
  default ObjectNode taskSections(
      ConfigTree config, String task, boolean reduceLabels, List<Integer> input) {
    return taskSections(config, reduceLabels, input);
  }

  /**
   * Returns the transformers class that preprocesses images if a directory does not specify one.
   */
  default String imageProcessor(ConfigTree config) {
    return "ViTImageProcessor";
  }

  /**
   * Returns the image processor classes that only this family uses, each with its keys of {@code
   * preprocessor_config.json} and their defaults. With {@code like}, a class has all keys of
   * another supported class except those that {@code without} lists.
   */
  default Map<String, ObjectNode> imageProcessors() {
    return Map.of();
  }

  /** Returns the height and width of the images for the model, if the config contains them. */
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    String key = "image_size";
    return config.node().has(key) ? Optional.of(config.extents(key, 1)) : Optional.empty();
  }

  /**
   * Returns the model's outputs with their names in transformers ({@code hidden_states.0}, {@code
   * last_hidden_state}, {@code logits}, …). Parameters have the names in the model's bare graph:
   * the root contains those of a classifier or whole network, and {@code backbone} contains those
   * of a dense model's backbone.
   *
   * <p>Returns none by default, for networks whose own predictions have transformers' names.
   *
   * @param root the root of the model's scopes
   * @param model the result of {@link #model}, possibly with other hyperparameters
   * @param image the normalized image, [batch, 3, height, width]
   * @param classes number of classes of the model; 0 if the architecture has no head
   */
  default Map<String, Tensor> outputs(
      Scope root, ConfigTree config, M model, Tensor image, int classes) {
    return Map.of();
  }
}
