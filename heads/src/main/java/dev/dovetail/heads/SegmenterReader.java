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
 * What readers of segmenters of transformers share, of which some read the classifier of the same
 * {@code model_type} too.
 *
 * @param <M> the record of the backbone
 */
public interface SegmenterReader<M extends Record> extends HuggingFaceReader<M> {

  /** What the names of such classes end in. */
  String SEGMENTATION = "ForSemanticSegmentation";

  /** {@return whether a config is of a segmenter, and not of a classifier} */
  default boolean isSegmenter(ConfigTree config) {
    return Architecture.of(config).endsWith(SEGMENTATION);
  }

  @Override
  default Labels labels(ConfigTree config) {
    return isSegmenter(config) ? Labels.of(config) : Labels.ofClassifier(config);
  }

  /** {@return the key of the label that the loss ignores} */
  default String ignoreKey() {
    return "semantic_loss_ignore_index";
  }

  /**
   * {@return how an image passes through the model, as the section {@code test} of a config names
   * it} Usually logits are resized to the original image at once.
   */
  default String mode() {
    return "direct";
  }

  /**
   * Of segmenters {@code image_size}, where there is one, is that of the positions or the
   * pre-training.
   */
  @Override
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    return isSegmenter(config) ? Optional.empty() : HuggingFaceReader.super.imageSize(config);
  }

  /** One pass of the whole image. */
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
