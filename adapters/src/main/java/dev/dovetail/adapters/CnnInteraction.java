package dev.dovetail.adapters;

import static dev.dovetail.adapters.VitComer.EPSILON;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The levels of the convolutional branch attend to each other (Xia et al. 2024, section 3.3; {@code
 * query_norm}, {@code feat_norm} and {@code cfinter} of a CTI).
 *
 * @param attention its deformable attention over the three levels
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 */
record CnnInteraction(MultiScaleDeformableAttention attention, int ffnHidden) {

  /** The new tokens of the branch; the residual is the normalised c, as in the reference. */
  Tensor apply(Scope s, TokenPyramid c) {
    Tensor query = layerNorm(s.at("query_norm"), c.tokens(), EPSILON);
    Tensor value = layerNorm(s.at("feat_norm"), c.tokens(), EPSILON);
    return s.in("cfinter", f -> interact(f, c.with(query), c.with(value)));
  }

  private Tensor interact(Scope s, TokenPyramid query, TokenPyramid value) {
    TokenPyramid q = query.with(layerNorm(s.at("query_norm"), query.tokens(), EPSILON));
    TokenPyramid v = value.with(layerNorm(s.at("feat_norm"), value.tokens(), EPSILON));
    Tensor c = query.tokens().plus(s.in("attn", a -> attention.apply(a, q, v)));
    return ConvFfn.residual(s, query.with(c), ffnHidden);
  }

  /** Declares the two norms that checkpoints have and the model does not use without it. */
  static void leftOut(Scope s, TokenPyramid c) {
    for (String norm : new String[] {"query_norm", "feat_norm"}) {
      s.ignoreKeys(norm + ".*", "the levels of this CTI do not attend to each other");
      layerNorm(s.at(norm), c.tokens(), EPSILON);
    }
  }
}
