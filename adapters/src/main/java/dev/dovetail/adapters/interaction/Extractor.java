package dev.dovetail.adapters.interaction;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * Cross-attention of tokens to other tokens and a feed-forward layer (Chen et al. 2023, equations 2
 * and 3). ViT-Adapter uses it from the transformer to the convolutional branch ({@code extractor}),
 * ViT-CoMer for the attention between the levels of its branch ({@code cfinter}).
 *
 * @param attention the deformable attention
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 */
public record Extractor(MultiScaleDeformableAttention attention, int ffnHidden) {

  /**
   * Computes the new tokens.
   *
   * @param s the scope of its parameters
   * @param x the tokens that attend
   * @param feat the tokens that are attended to
   * @return tokens of the levels of {@code x}
   */
  public TokenPyramid apply(Scope s, TokenPyramid x, TokenPyramid feat) {
    return x.with(
        s.run(
            () -> {
              TokenPyramid query = norm(s.at("query_norm"), x);
              TokenPyramid value = norm(s.at("feat_norm"), feat);
              Tensor out = x.tokens().plus(attention.apply(s.at("attn"), query, value));
              return ConvFfn.residual(s, x.with(out), ffnHidden).tokens();
            }));
  }
}
