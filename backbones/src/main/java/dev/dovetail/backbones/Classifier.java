package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * A backbone whose published checkpoints end in a classification head. Classifying images verifies
 * that a checkpoint is loaded correctly.
 */
public interface Classifier extends Backbone {

  /**
   * Applies the final norm, the pooling and the linear layer of the source library. The input of
   * the pooling, after the final norm, is tapped as {@code features}: tokens [batch, tokens,
   * channels] or a map.
   *
   * @param s the scope of its parameters
   * @param last the output of the last block
   * @param classes outputs of the linear layer; 0 for none
   * @return [batch, classes], or the pooled [batch, channels] for 0 classes
   */
  Tensor logits(Scope s, Features last, int classes);

  /**
   * Classifies images.
   *
   * @param s the scope of its parameters
   * @param image [batch, 3, height, width], normalized
   * @param classes outputs of the linear layer; 0 for none
   * @return [batch, classes], or the pooled [batch, channels] for 0 classes
   */
  default Tensor logits(Scope s, Tensor image, int classes) {
    List<Features> stages = features(s, image);
    return logits(s, stages.get(stages.size() - 1), classes);
  }
}
