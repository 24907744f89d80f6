package dev.dovetail.registry.huggingface;

import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/**
 * How the {@code config.json} of a whole detector or segmenter describes a model of ours.
 *
 * @param <M> the record of the backbone or of the whole network
 */
public interface DecoderReader<M extends Record> extends HuggingFaceReader<M> {

  /** The classes that the decoder tells apart. */
  @Override
  default Labels labels(ConfigTree config) {
    return Labels.of(config);
  }

  /** None: sizes in such configs are those of the backbone's pre-training. */
  @Override
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    return Optional.empty();
  }
}
