package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.Optional;

/** The position encoding of an attention layer. */
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
   * Encodes the positions of queries or keys.
   *
   * @param x [batch, tokens, width], heads side by side
   * @param places the grid of these tokens
   */
  default Tensor encode(Tensor x, int heads, Features places) {
    return x;
  }

  /**
   * Computes the bias of the logits, [batch or 1, heads or 1, tokens, tokens]; empty for none.
   *
   * @param s the attention's scope
   * @param q queries [batch, tokens, width], not scaled
   * @param places the grid of these tokens
   */
  default Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
    return Optional.empty();
  }

  /** No position encoding. */
  record None() implements AttentionPositions {}

  /**
   * {@link RelativePositions} with a table for each block.
   *
   * @param rows rows of the grid or window that the table was learned on
   * @param columns columns of that grid
   * @param resize how the table is resized to another grid
   */
  record Table(int rows, int columns, Interpolation resize) implements AttentionPositions {

    @Override
    public Optional<Tensor> bias(Scope s, Tensor q, int heads, Features places) {
      return Optional.of(of(s, heads, places));
    }

    /** Computes the bias [1, heads, tokens, tokens] from the table in {@code s}. */
    Tensor of(Scope s, int heads, Features places) {
      if (places.prefix() > 1) {
        throw new IllegalArgumentException(
            "tables of relative positions support one class token, but there are "
                + places.prefix()
                + " tokens before the grid");
      }
      RelativePositions table = new RelativePositions(rows, columns, places.prefix() == 1);
      return table.bias(s, heads, places.height(), places.width(), resize);
    }
  }

  /**
   * The bias of one table for all blocks.
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
   * Proportional attention (Bolya et al. 2023, section 3.2): a key counts as often as the tokens
   * that it represents. There is no position encoding.
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
   * A rotary position embedding together with a bias of the logits.
   *
   * @param rotary the rotation
   * @param relative the bias
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
   * A position encoding together with an attention mask.
   *
   * @param positions the position encoding
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
