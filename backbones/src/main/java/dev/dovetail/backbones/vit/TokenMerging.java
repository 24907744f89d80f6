package dev.dovetail.backbones.vit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Token merging in a plain vision transformer (Bolya et al. 2023, "Token Merging: Your ViT But
 * Faster"; Bolya and Hoffman 2023 for dense tasks). It adds no parameters. Only blocks with
 * attention over the whole grid merge tokens.
 *
 * @param mode where tokens are merged and unmerged
 * @param schedule the number of merged pairs in each block ({@link Mode#GLOBAL})
 * @param cells the tokens that merge inside a block ({@link Mode#PER_BLOCK})
 */
public record TokenMerging(
    Mode mode, @JsonUnwrapped Schedule schedule, @JsonUnwrapped Cells cells) {

  /** Where tokens are merged and unmerged. */
  public enum Mode {
    /** No merging. */
    NONE,
    /** Every block merges more tokens; all are unmerged after the last block of a run. */
    GLOBAL,
    /** Every block merges tokens before its attention and unmerges them after it. */
    PER_BLOCK
  }

  /**
   * The number of pairs that merge in each block.
   *
   * @param tokens pairs that each block merges
   * @param inflect slope from -1 (twice the average number in the first block, none in the last) to
   *     1 (the opposite)
   * @param perBlock pairs that block i merges, instead of {@code tokens}; blocks beyond the list
   *     merge none
   * @param proportional whether the attention counts a token as often as the tokens that it
   *     represents, for models that were trained without merging
   */
  public record Schedule(int tokens, double inflect, List<Integer> perBlock, boolean proportional) {

    /** Creates a schedule with the same number in every block and proportional attention. */
    public static Schedule of(int tokens) {
      return new Schedule(tokens, 0, List.of(), true);
    }

    /**
     * @param tokens pairs that each block merges
     * @param inflect slope from -1 (twice the average number in the first block, none in the last)
     *     to 1 (the opposite)
     * @param perBlock pairs that block i merges, instead of {@code tokens}; blocks beyond the list
     *     merge none
     * @param proportional whether the attention counts a token as often as the tokens that it
     *     represents, for models that were trained without merging
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Schedule {
      perBlock = List.copyOf(perBlock);
      if (tokens < 0 || perBlock.stream().anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException(
            "merging: tokens " + tokens + " and perBlock " + perBlock + " must not be negative");
      }
      if (!(inflect >= -1 && inflect <= 1)) {
        throw new IllegalArgumentException(
            "merging: inflect is " + inflect + ", expected a number from -1 to 1");
      }
    }

    /**
     * {@return the number of pairs that each of {@code depth} blocks merges, not limited by the
     * number of tokens}
     *
     * @param depth number of blocks
     */
    public List<Integer> pairs(int depth) {
      if (!perBlock.isEmpty()) {
        return IntStream.range(0, depth)
            .mapToObj(i -> i < perBlock.size() ? perBlock.get(i) : 0)
            .toList();
      }
      if (depth == 1) {
        return Collections.nCopies(1, tokens);
      }
      int first = (int) (tokens * (1 - inflect));
      double step = (double) (2 * tokens - 2 * first) / (depth - 1);
      return IntStream.range(0, depth).mapToObj(i -> (int) (first + step * i)).toList();
    }
  }

  /**
   * The tokens that merge inside a block.
   *
   * @param ratio share of the tokens that a block merges
   * @param cellHeight rows of the cells; tokens may merge into the first token of a cell
   * @param cellWidth columns of the cells
   * @param mlp whether the MLPs also run on merged tokens
   */
  public record Cells(double ratio, int cellHeight, int cellWidth, boolean mlp) {

    /** Creates an option for a share of the tokens in cells of 2x2, for the attention only. */
    public static Cells of(double ratio) {
      return new Cells(ratio, 2, 2, false);
    }

    /**
     * @param ratio share of the tokens that a block merges
     * @param cellHeight rows of the cells; tokens may merge into the first token of a cell
     * @param cellWidth columns of the cells
     * @param mlp whether the MLPs also run on merged tokens
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Cells {
      if (!(ratio >= 0 && ratio < 1) || cellHeight < 1 || cellWidth < 1) {
        throw new IllegalArgumentException(
            "merging: ratio is "
                + ratio
                + " and a cell "
                + cellHeight
                + "x"
                + cellWidth
                + ", expected a share below 1 and positive numbers");
      }
    }
  }

  /**
   * Returns an option without merging.
   *
   * @return no merging
   */
  public static TokenMerging none() {
    return new TokenMerging(Mode.NONE, Schedule.of(0), Cells.of(0.5));
  }

  /**
   * Returns an option with which every block merges the same number of pairs.
   *
   * @param tokens pairs that a block merges
   * @return the option
   */
  public static TokenMerging global(int tokens) {
    return global(Schedule.of(tokens));
  }

  /**
   * Returns an option with which every block merges more pairs.
   *
   * @param schedule the number of pairs in each block
   * @return the option
   */
  public static TokenMerging global(Schedule schedule) {
    return new TokenMerging(Mode.GLOBAL, schedule, Cells.of(0.5));
  }

  /**
   * Returns an option with which every block merges a share of the tokens for its attention, in
   * cells of 2x2.
   *
   * @param ratio share of the tokens, 0 to 1
   * @return the option
   */
  public static TokenMerging perBlock(double ratio) {
    return perBlock(Cells.of(ratio));
  }

  /**
   * Returns an option with which every block merges and unmerges a share of the tokens.
   *
   * @param cells the share of tokens and the cells
   * @return the option
   */
  public static TokenMerging perBlock(Cells cells) {
    return new TokenMerging(Mode.PER_BLOCK, Schedule.of(0), cells);
  }
}
