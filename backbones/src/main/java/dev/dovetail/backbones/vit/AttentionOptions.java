package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
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
    return new AttentionOptions(
        false, false, false, Relative.NONE, 0, Interpolation.GEOMETRIC, Rotary.none());
  }

  /**
   * {@return the same with or without norms of queries and keys}
   *
   * @param norm whether each head's queries and keys are normalised
   */
  public AttentionOptions withQkNorm(boolean norm) {
    return new AttentionOptions(norm, innerNorm, padInput, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return the same with or without a norm before the last projection}
   *
   * @param norm whether there is one
   */
  public AttentionOptions withInnerNorm(boolean norm) {
    return new AttentionOptions(qkNorm, norm, padInput, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return the same with windows padded elsewhere}
   *
   * @param input whether before the projection to query, key and value
   */
  public AttentionOptions withPadInput(boolean input) {
    return new AttentionOptions(qkNorm, innerNorm, input, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return the same with other relative positions}
   *
   * @param positions of query and key relative to each other
   */
  public AttentionOptions withRelative(Relative positions) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, positions, grid, resizeTable, rotary);
  }

  /**
   * {@return the same with tables learned on another grid}
   *
   * @param extent its rows and columns; 0 for those of the pre-training's images
   */
  public AttentionOptions withGrid(int extent) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, extent, resizeTable, rotary);
  }

  /**
   * {@return the same with tables resized otherwise}
   *
   * @param resize how they serve another grid
   */
  public AttentionOptions withResizeTable(Interpolation resize) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, grid, resize, rotary);
  }

  /**
   * {@return the same with other rotary positions}
   *
   * @param rotation of queries and keys by their positions
   */
  public AttentionOptions withRotary(Rotary rotation) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, grid, resizeTable, rotation);
  }

  /** The positions of one block, whose tables were learned on a grid or window. */
  AttentionPositions positions(int rows, int columns) {
    return rotated(
        switch (relative) {
          case NONE, SHARED_TABLE -> new AttentionPositions.None();
          case TABLE -> new AttentionPositions.Table(rows, columns, resizeTable);
          case DECOMPOSED -> new DecomposedPositions(rows, columns);
        });
  }

  /** The positions of all blocks, whose table is below {@code s}. */
  AttentionPositions sharedPositions(Scope s, Features x, int heads, int rows, int columns) {
    AttentionPositions.Table table = new AttentionPositions.Table(rows, columns, resizeTable);
    return rotated(new AttentionPositions.SharedTable(table.of(s, heads, x)));
  }

  private AttentionPositions rotated(AttentionPositions positions) {
    return rotary.kind() == Rotary.Kind.NONE
        ? positions
        : new AttentionPositions.Both(rotary, positions);
  }
}
