package dev.dovetail.adapters.vitcomer;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;

import dev.dovetail.adapters.interaction.Extractor;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.List;

/**
 * The exchange from the transformer to the convolutional branch (Xia et al. 2024, section 3.3;
 * {@code cti_toc}): after the transformer's tokens were added to the middle level, the levels may
 * attend to each other.
 *
 * @param attention the deformable attention over the three levels
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 * @param interaction whether the levels attend to each other
 */
public record CtiToC(MultiScaleDeformableAttention attention, int ffnHidden, boolean interaction) {

  /**
   * Computes the new tokens of the convolutional branch. Their residual is the normalized c, as in
   * the reference.
   *
   * @param s the scope of its parameters
   * @param c levels at strides 8, 16 and 32
   * @return the same levels
   */
  public TokenPyramid apply(Scope s, TokenPyramid c) {
    return c.with(s.run(() -> (interaction ? exchanged(s, c) : unchanged(s, c)).tokens()));
  }

  private TokenPyramid exchanged(Scope s, TokenPyramid c) {
    TokenPyramid query = norm(s.at("query_norm"), c);
    TokenPyramid value = norm(s.at("feat_norm"), c);
    return new Extractor(attention, ffnHidden).apply(s.at("cfinter"), query, value);
  }

  /** Declares the two norms, which are unused but present in the authors' code. */
  private static TokenPyramid unchanged(Scope s, TokenPyramid c) {
    for (String name :
        List.of("query_norm.weight", "query_norm.bias", "feat_norm.weight", "feat_norm.bias")) {
      s.unread(name, "the levels of this CTI do not attend to each other", c.tokens().dim(2));
    }
    return c;
  }
}
