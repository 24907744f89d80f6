package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.Optional;

/** How attention knows where its tokens stand. */
sealed interface AttentionPositions
    permits AttentionPositions.None,
        AttentionPositions.Table,
        AttentionPositions.SharedTable,
        AttentionPositions.Sizes,
        AttentionPositions.Both,
        AttentionPositions.Masked,
        DecomposedPositions,
        Rotary {

  /**
   * Queries or keys with their positions.
   *
   * @param x [batch, tokens, width], heads side by side
   * @param places where these tokens stand
   */
  default Tensor encode(Tensor x, int heads, Features places) {
    return x;
  }

  /**
   * What is added to the logits: [batch or 1, heads or 1, tokens, tokens]; empty for nothing.
   *
   * @param s the attention's scope
   * @param q queries [batch, tokens, width], not scaled
   * @param places where these tokens stand
   */
  default Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
    return Optional.empty();
  }

  /** It does not. */
  record None() implements AttentionPositions {}

  /**
   * {@link RelativePositions}, a table for each block.
   *
   * @param rows of the grid or window that the table was learned on
   * @param columns of the same
   * @param resize how the table serves another grid
   */
  record Table(int rows, int columns, Interpolation resize) implements AttentionPositions {

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      return Optional.of(of(s, heads, places));
    }

    /** The bias [1, heads, tokens, tokens]; the table is at {@code s}. */
    Tensor of(Scope s, int heads, Features places) {
      if (places.prefix() > 1) {
        throw new IllegalArgumentException(
            "tables of relative positions know one class token, and there are "
                + places.prefix()
                + " tokens before the grid");
      }
      RelativePositions table = new RelativePositions(rows, columns, places.prefix() == 1);
      return table.bias(s, heads, places.height(), places.width(), resize);
    }
  }

  /**
   * What one table gives to all blocks.
   *
   * @param bias [1, heads, tokens, tokens]
   */
  record SharedTable(Tensor bias) implements AttentionPositions {

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      return Optional.of(bias);
    }
  }

  /**
   * No positions, but how many tokens each key stands for: it counts as often (Bolya et al. 2023,
   * section 3.2).
   *
   * @param sizes [batch, tokens, 1]
   */
  record Sizes(Tensor sizes) implements AttentionPositions {

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      int batch = sizes.dim(0);
      int tokens = sizes.dim(1);
      return Optional.of(sizes.log().reshape(batch, 1, 1, tokens).expand(batch, 1, tokens, tokens));
    }
  }

  /**
   * A rotation of queries and keys, and something that is added to the logits.
   *
   * @param rotary the rotation
   * @param relative what is added
   */
  record Both(Rotary rotary, AttentionPositions relative) implements AttentionPositions {

    @Override
    public Tensor encode(Tensor x, int heads, Features places) {
      return rotary.encode(x, heads, places);
    }

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      return relative.bias(s, q, heads, places);
    }
  }

  /**
   * Positions, and which tokens a token looks at.
   *
   * @param positions how it knows where tokens stand
   * @param mask [batch or 1, heads or 1, tokens, tokens], added to the logits
   */
  record Masked(AttentionPositions positions, Tensor mask) implements AttentionPositions {

    @Override
    public Tensor encode(Tensor x, int heads, Features places) {
      return positions.encode(x, heads, places);
    }

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      return Optional.of(positions.bias(s, q, heads, places).map(mask::plus).orElse(mask));
    }
  }
}
