package dev.dovetail.registry.huggingface;

import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/**
 * Converts the {@code config.json} of a whole detector or segmenter to a model of Dovetail.
 *
 * @param <M> the record of the backbone or of the whole network
 */
public interface DecoderReader<M extends Record> extends HuggingFaceReader<M> {

  /** Returns the classes that the decoder predicts. */
  @Override
  default Labels labels(ConfigTree config) {
    return Labels.of(config);
  }

  /** Returns empty, since sizes in such configs are those of the backbone's pre-training. */
  @Override
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    return Optional.empty();
  }
}
