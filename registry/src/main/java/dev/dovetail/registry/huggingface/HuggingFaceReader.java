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
 * How the {@code config.json} of a model type of transformers describes a model of ours.
 *
 * @param <M> the record of the backbone or of the whole network
 */
public interface HuggingFaceReader<M extends Record> {

  /** The values of {@code model_type} that it understands. */
  Set<String> modelTypes();

  /**
   * The backbone, or the whole network: a variant of a registered part.
   *
   * @throws IllegalArgumentException if the config asks for what the model cannot do, or has a
   *     value of another type; the message names the key
   */
  M model(ConfigTree config);

  /**
   * Names of tensors among the weights whose values say what the model computes, as keys of a
   * config do; none by default.
   */
  default Set<String> state() {
    return Set.of();
  }

  /**
   * The same as {@link #model(ConfigTree)} for a directory with weights.
   *
   * @param state the values of those tensors of {@link #state} that the weights have
   * @throws IllegalArgumentException if the config or a value asks for what the model cannot do
   */
  default M model(ConfigTree config, Map<String, float[]> state) {
    return model(config);
  }

  /**
   * The backbone inside a detector or segmenter, which may differ from the same model by itself: in
   * transformers Swin's maps have norms of their own there.
   *
   * @param config {@code backbone_config}
   * @throws IllegalArgumentException like {@link #model}
   */
  default M asBackbone(ConfigTree config) {
    return model(config);
  }

  /**
   * The parts over the backbone: an adapter, perhaps a neck, and a head. None for a whole network,
   * and for a backbone that is a classifier or has no head.
   */
  default List<Record> decoder(ConfigTree config) {
    return List.of();
  }

  /** The classes of the model. */
  default Labels labels(ConfigTree config) {
    return Labels.ofClassifier(config);
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
   * The task of a directory; empty where the predictions imply it.
   *
   * <p>Where several tasks can use the predictions, a config does not say what a checkpoint was
   * trained for.
   */
  default String task(ConfigTree config) {
    return "";
  }

  /**
   * The sections for a task that the user chose, or that {@link #task} gave.
   *
   * @param task its name; empty where the predictions imply it
   * @param reduceLabels whether the image processor says that 0 is "no label" in annotations
   * @param input height and width to which images are resized
   */
  default ObjectNode taskSections(
      ConfigTree config, String task, boolean reduceLabels, List<Integer> input) {
    return taskSections(config, reduceLabels, input);
  }

  /** The class of transformers that prepares images where a directory names none. */
  default String imageProcessor(ConfigTree config) {
    return "ViTImageProcessor";
  }

  /**
   * Classes of transformers that prepare images for this family and that Dovetail does not know:
   * the keys of {@code preprocessor_config.json} that each has, with their defaults. In place of
   * most of them, {@code like} names a class that is known, and {@code without} a list of its keys
   * that this one has not.
   */
  default Map<String, ObjectNode> imageProcessors() {
    return Map.of();
  }

  /** Height and width of the images that the model is for, if the config says them. */
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    String key = "image_size";
    return config.node().has(key) ? Optional.of(config.extents(key, 1)) : Optional.empty();
  }

  /**
   * What the model gives, under transformers' names ({@code hidden_states.0}, {@code
   * last_hidden_state}, {@code logits}, …). Parameters have the names of the model's bare graph: a
   * classifier's and a whole network's at the root, a dense model's backbone below {@code
   * backbone}.
   *
   * <p>None by default, for networks whose own predictions have transformers' names.
   *
   * @param root the root of the model's scopes
   * @param model what {@link #model} gave, perhaps with other hyper-parameters
   * @param image [batch, 3, height, width], normalised
   * @param classes of the model, 0 if the architecture has no head
   */
  default Map<String, Tensor> outputs(
      Scope root, ConfigTree config, M model, Tensor image, int classes) {
    return Map.of();
  }
}
