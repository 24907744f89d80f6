package dev.dovetail.adapters.interaction;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * Tokens attend to others, then a feed-forward layer (Chen et al. 2023, equations 2 and 3):
 * ViT-Adapter's way from the transformer to the convolutional branch ({@code extractor}), and how
 * the levels of ViT-CoMer's branch attend to each other ({@code cfinter}).
 *
 * @param attention its deformable attention
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 */
public record Extractor(MultiScaleDeformableAttention attention, int ffnHidden) {

  /**
   * The new tokens.
   *
   * @param s where its parameters are
   * @param x the tokens that attend
   * @param feat the tokens that they attend to
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
