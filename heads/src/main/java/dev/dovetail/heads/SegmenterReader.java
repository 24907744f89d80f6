package dev.dovetail.heads;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.List;
import java.util.Optional;

/**
 * A base of readers of transformers' segmenters, some of which also read the classifier of the same
 * {@code model_type}.
 *
 * @param <M> the record of the backbone
 */
public interface SegmenterReader<M extends Record> extends HuggingFaceReader<M> {

  /** The suffix of the names of such classes. */
  String SEGMENTATION = "ForSemanticSegmentation";

  /** {@return whether a config describes a segmenter instead of a classifier} */
  default boolean isSegmenter(ConfigTree config) {
    return Architecture.of(config).endsWith(SEGMENTATION);
  }

  @Override
  default Labels labels(ConfigTree config) {
    return isSegmenter(config) ? Labels.of(config) : Labels.ofClassifier(config);
  }

  /** {@return the config key of the label that the loss ignores} */
  default String ignoreKey() {
    return "semantic_loss_ignore_index";
  }

  /**
   * {@return the inference mode, as in the section {@code test} of a config} By default, logits are
   * resized to the original image in one step.
   */
  default String mode() {
    return "direct";
  }

  /**
   * For segmenters {@code image_size}, if present, is the size of the position embedding or of the
   * pre-training.
   */
  @Override
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    return isSegmenter(config) ? Optional.empty() : HuggingFaceReader.super.imageSize(config);
  }

  /** Inference on the whole image. */
  @Override
  default ObjectNode taskSections(ConfigTree config, boolean reduceLabels, List<Integer> input) {
    ObjectNode sections = JsonNodeFactory.instance.objectNode();
    if (isSegmenter(config)) {
      ObjectNode test = sections.putObject("test").put("mode", mode());
      input.forEach(test.withArray("crop")::add);
      input.forEach(test.withArray("stride")::add);
      sections
          .putObject("labels")
          .put("reduceZero", reduceLabels)
          .put("ignore", config.integer(ignoreKey(), 255, 0));
    }
    return sections;
  }
}
