package dev.dovetail.backbones;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * A backbone whose published checkpoints end in a classification head. Classifying an image is how
 * one checks that a backbone is loaded right.
 */
public interface Classifier extends Backbone {

  /**
   * The final norm, the pooling and the linear layer of the source library. Names the value {@code
   * features}, what is pooled: tokens [batch, tokens, channels] or a map, after the final norm.
   *
   * @param s where its parameters are
   * @param last what the last block gave
   * @param classes 0 for no linear layer
   * @return [batch, classes], or the pooled [batch, channels] for 0 classes
   */
  Tensor logits(Scope s, Features last, int classes);

  /**
   * The same for images.
   *
   * @param s where its parameters are
   * @param image [batch, 3, height, width], normalised
   * @param classes outputs of the linear layer; 0 for none
   * @return [batch, classes], or what is pooled for 0 classes
   */
  default Tensor logits(Scope s, Tensor image, int classes) {
    List<Features> stages = features(s, image);
    return logits(s, stages.get(stages.size() - 1), classes);
  }
}
