package dev.dovetail.heads;

import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Gives every pixel a score for each class. */
public non-sealed interface SemanticHead extends Head {

  /**
   * Scores whose largest marks a pixel's class, before they are resized to the image.
   *
   * @param s the root of the model's scopes; a head names its own parts ({@code decode_head})
   * @return [batch, classes, height / 4, width / 4]
   */
  Tensor logits(Scope s, FeaturePyramid features);
}
