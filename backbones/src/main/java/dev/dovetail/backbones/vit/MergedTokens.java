package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tokens of which some were merged, and where the original ones are among them.
 *
 * @param tokens [batch, n, channels]
 * @param sizes [batch, n, 1], how many original tokens each stands for; empty where each stands for
 *     itself
 * @param owners [batch, original n], the token that stands for each original one; likewise
 */
public record MergedTokens(Tensor tokens, Optional<Tensor> sizes, Optional<Tensor> owners) {

  /**
   * {@return tokens of which none was merged}
   *
   * @param tokens [batch, n, channels]
   */
  public static MergedTokens of(Tensor tokens) {
    return new MergedTokens(tokens, Optional.empty(), Optional.empty());
  }

  /**
   * {@return other tokens at the same places, of the same sizes}
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
   * @param s names the step
   * @param metric [batch, n, any], what similarity is measured by
   * @param count clipped to half of the tokens after the prefix
   * @param prefix tokens that are left alone
   * @return the fewer tokens
   */
  public MergedTokens merge(Scope s, Tensor metric, int count, int prefix) {
    int possible = Math.min(count, (tokens.dim(1) - prefix) / 2);
    if (possible <= 0) {
      return this;
    }
    TokenSplit split = TokenSplit.alternating(tokens.dim(1));
    return merge(TokenMatching.of(s, metric, split, possible, prefix));
  }

  /** Merges as a matching says. */
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
   * What a function of fewer tokens gives for a grid: merges its tokens as a matching says, and
   * gives their places back. The prefix takes part unmerged.
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

  /** How attention counts these tokens: as often as the tokens that they stand for. */
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

  /** {@return the original tokens [batch, original n, channels], merged ones with one value} */
  public Tensor restored() {
    return owners.map(o -> TokenMatching.pick(tokens, o)).orElse(tokens);
  }
}
