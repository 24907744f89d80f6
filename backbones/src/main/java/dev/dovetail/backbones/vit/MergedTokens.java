package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tokens after some of them were merged, and the mapping from the original tokens.
 *
 * @param tokens [batch, n, channels]
 * @param sizes [batch, n, 1], the number of original tokens that each token represents; empty if no
 *     token was merged
 * @param owners [batch, original n], the index of the token that represents each original token;
 *     empty if no token was merged
 */
public record MergedTokens(Tensor tokens, Optional<Tensor> sizes, Optional<Tensor> owners) {

  /**
   * {@return tokens before any merging}
   *
   * @param tokens [batch, n, channels]
   */
  public static MergedTokens of(Tensor tokens) {
    return new MergedTokens(tokens, Optional.empty(), Optional.empty());
  }

  /**
   * {@return a copy with other tokens}
   *
   * @param others [batch, n, channels]
   */
  public MergedTokens with(Tensor others) {
    return new MergedTokens(others, sizes, owners);
  }

  /**
   * Merges up to {@code count} pairs of similar tokens into their mean, weighted by their sizes
   * (Bolya et al. 2023, section 3.2).
   *
   * @param s a scope for the operations
   * @param metric [batch, n, any], the vectors that similarity is computed from
   * @param count number of pairs, at most half of the tokens after the prefix
   * @param prefix number of leading tokens that are not merged
   * @return the remaining tokens
   */
  public MergedTokens merge(Scope s, Tensor metric, int count, int prefix) {
    int possible = Math.min(count, (tokens.dim(1) - prefix) / 2);
    if (possible <= 0) {
      return this;
    }
    TokenSplit split = TokenSplit.alternating(tokens.dim(1));
    return merge(TokenMatching.of(s, metric, split, possible, prefix));
  }

  /** Merges tokens according to a matching. */
  MergedTokens merge(TokenMatching matching) {
    int channels = tokens.dim(2);
    Tensor size = sizes.orElseGet(() -> ones(tokens));
    Tensor sums = matching.sums(Tensor.concat(2, tokens.times(size), size));
    Tensor newSize = sums.slice(2, channels, channels + 1);
    Tensor places = matching.places();
    return new MergedTokens(
        sums.slice(2, 0, channels).div(newSize),
        Optional.of(newSize),
        Optional.of(owners.map(o -> TokenMatching.pick(places, o)).orElse(places)));
  }

  /**
   * Applies a function to merged tokens: merges the tokens of a grid according to a matching,
   * applies the function, and unmerges the result. The prefix is not merged.
   */
  static Tensor around(TokenMatching matching, Features x, UnaryOperator<Tensor> function) {
    MergedTokens merged = MergedTokens.of(x.grid()).merge(matching);
    int prefix = x.prefix();
    if (prefix == 0) {
      return merged.with(function.apply(merged.tokens())).restored();
    }
    Tensor before = x.tokens().slice(1, 0, prefix);
    Tensor y = function.apply(Tensor.concat(1, before, merged.tokens()));
    Tensor grid = merged.with(y.slice(1, prefix, y.dim(1))).restored();
    return Tensor.concat(1, y.slice(1, 0, prefix), grid);
  }

  /**
   * Returns proportional attention, which counts a token as often as the original tokens that it
   * represents.
   */
  AttentionPositions positions() {
    return sizes
        .<AttentionPositions>map(AttentionPositions.Sizes::new)
        .orElseGet(AttentionPositions.None::new);
  }

  private static Tensor ones(Tensor tokens) {
    float[] one = new float[tokens.dim(0) * tokens.dim(1)];
    Arrays.fill(one, 1);
    return tokens.constant(TensorData.of(one, tokens.dim(0), tokens.dim(1), 1));
  }

  /** {@return the original tokens [batch, original n, channels]; merged ones share a value} */
  public Tensor restored() {
    return owners.map(o -> TokenMatching.pick(tokens, o)).orElse(tokens);
  }
}
