package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;

/**
 * The options of the attention of a plain transformer.
 *
 * @param qkNorm whether each head's queries and keys are normalized ({@code q_norm}, {@code
 *     k_norm})
 * @param innerNorm whether a norm precedes the output projection ({@code norm}; EVA-02 of CLIP)
 * @param padInput whether a grid that windows do not divide is padded with zeros before the
 *     projection to query, key and value (BEiT, ViTDet, SAM) instead of after it (ViT-CoMer's ViT).
 *     Before it, padding tokens get the biases of the projection
 * @param relative the relative positions
 * @param grid rows and columns of the grid that tables of relative positions were learned on; 0 for
 *     the grid of the pre-training images
 * @param resizeTable how tables of {@link Relative#TABLE} are resized to another grid
 * @param rotary the rotary position embedding
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
    /** {@link RelativePositions} with a table for each block. */
    TABLE,
    /** {@link RelativePositions} with one table for all blocks ({@code rel_pos_bias}). */
    SHARED_TABLE,
    /** Decomposed into rows and columns ({@code rel_pos_h}, {@code rel_pos_w}): ViTDet, SAM. */
    DECOMPOSED
  }

  /**
   * Returns attention without these options.
   *
   * @return plain attention
   */
  public static AttentionOptions plain() {
    return new AttentionOptions(
        false, false, false, Relative.NONE, 0, Interpolation.GEOMETRIC, Rotary.none());
  }

  /**
   * {@return a copy with or without norms of queries and keys}
   *
   * @param norm whether each head's queries and keys are normalized
   */
  public AttentionOptions withQkNorm(boolean norm) {
    return new AttentionOptions(norm, innerNorm, padInput, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return a copy with or without a norm before the output projection}
   *
   * @param norm whether there is one
   */
  public AttentionOptions withInnerNorm(boolean norm) {
    return new AttentionOptions(qkNorm, norm, padInput, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return a copy with windows padded before or after the projection}
   *
   * @param input whether padding precedes the projection to query, key and value
   */
  public AttentionOptions withPadInput(boolean input) {
    return new AttentionOptions(qkNorm, innerNorm, input, relative, grid, resizeTable, rotary);
  }

  /**
   * {@return a copy with other relative positions}
   *
   * @param positions the relative positions
   */
  public AttentionOptions withRelative(Relative positions) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, positions, grid, resizeTable, rotary);
  }

  /**
   * {@return a copy with tables learned on another grid}
   *
   * @param extent rows and columns of that grid; 0 for the grid of the pre-training images
   */
  public AttentionOptions withGrid(int extent) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, extent, resizeTable, rotary);
  }

  /**
   * {@return a copy with another interpolation of tables}
   *
   * @param resize how tables are resized to another grid
   */
  public AttentionOptions withResizeTable(Interpolation resize) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, grid, resize, rotary);
  }

  /**
   * {@return a copy with other rotary positions}
   *
   * @param rotation the rotary position embedding
   */
  public AttentionOptions withRotary(Rotary rotation) {
    return new AttentionOptions(qkNorm, innerNorm, padInput, relative, grid, resizeTable, rotation);
  }

  /** Creates the positions of one block with tables learned on a grid or window. */
  AttentionPositions positions(int rows, int columns) {
    return rotated(
        switch (relative) {
          case NONE, SHARED_TABLE -> new AttentionPositions.None();
          case TABLE -> new AttentionPositions.Table(rows, columns, resizeTable);
          case DECOMPOSED -> new DecomposedPositions(rows, columns);
        });
  }

  /** Creates the positions of all blocks; their table is in {@code s}. */
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
