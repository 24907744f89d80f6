package dev.dovetail.heads;

import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Optional;

/** Gives every pixel a score for each class. */
public non-sealed interface SemanticHead extends Head {

  /**
   * Scores whose largest marks a pixel's class, before they are resized to the image.
   *
   * @param s the root of the model's scopes; a head names its own parts ({@code decode_head})
   * @return [batch, classes, height / 4, width / 4]
   */
  Tensor logits(Scope s, FeaturePyramid features);

  /**
   * Scores of a second head that only training uses, if there is one.
   *
   * @return [batch, classes, height', width'] at the resolution of the map that it reads
   */
  default Optional<Tensor> auxiliaryLogits(Scope s, FeaturePyramid features) {
    return Optional.empty();
  }
}
