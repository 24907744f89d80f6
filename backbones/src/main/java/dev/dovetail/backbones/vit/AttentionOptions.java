package dev.dovetail.backbones.vit;

import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;

/**
 * What the attention of a plain transformer has beside queries, keys and values.
 *
 * @param qkNorm whether each head's queries and keys are normalised ({@code q_norm}, {@code
 *     k_norm})
 * @param innerNorm whether a norm comes before the last projection ({@code norm}; EVA-02 of CLIP)
 * @param padInput where windows do not divide the grid: whether zeros are added before the
 *     projection to query, key and value (BEiT, ViTDet, SAM), so that added tokens have their
 *     biases, or after it (ViT-CoMer's ViT)
 * @param relative the positions of query and key relative to each other
 * @param grid rows and columns that tables of relative positions over the whole grid were learned
 *     on; 0 for those of the pre-training's images
 * @param resizeTable how tables of {@link Relative#TABLE} serve another grid
 * @param rotary the rotation of queries and keys by their positions
 */
public record AttentionOptions(
    boolean qkNorm,
    boolean innerNorm,
    boolean padInput,
    Relative relative,
    int grid,
    Interpolation resizeTable,
    Rotary rotary) {

  /** Learned relative positions. */
  public enum Relative {
    /** None. */
    NONE,
    /** {@link RelativePositions}, a table for each block. */
    TABLE,
    /** {@link RelativePositions}, one table for all blocks ({@code rel_pos_bias}). */
    SHARED_TABLE,
    /** Decomposed into rows and columns ({@code rel_pos_h}, {@code rel_pos_w}): ViTDet, SAM. */
    DECOMPOSED
  }

  /**
   * None of it.
   *
   * @return plain attention
   */
  public static AttentionOptions plain() {
    return of(Relative.NONE, Rotary.none());
  }

  /** With positions. */
  static AttentionOptions of(Relative relative, Rotary rotary) {
    return new AttentionOptions(
        false, false, relative != Relative.NONE, relative, 0, Interpolation.GEOMETRIC, rotary);
  }
}
