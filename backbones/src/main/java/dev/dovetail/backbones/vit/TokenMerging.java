package dev.dovetail.backbones.vit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether and how a plain vision transformer merges similar tokens on the way (Bolya et al. 2023,
 * "Token Merging: Your ViT But Faster"; Bolya and Hoffman 2023 for dense tasks). No parameter is
 * added. Only blocks that attend over the whole grid merge.
 *
 * @param mode where tokens are merged and given back their places
 * @param schedule how many merge in each block ({@link Mode#GLOBAL})
 * @param cells which merge in a block by itself ({@link Mode#PER_BLOCK})
 */
public record TokenMerging(
    Mode mode, @JsonUnwrapped Schedule schedule, @JsonUnwrapped Cells cells) {

  /** Where tokens are merged and given back their places. */
  public enum Mode {
    /** Not at all. */
    NONE,
    /** Every block merges some more; all get back their places after the last of a run. */
    GLOBAL,
    /** Every block merges before its attention and gives back the places after it. */
    PER_BLOCK
  }

  /**
   * How many tokens merge in each block.
   *
   * @param tokens how many pairs each block merges
   * @param inflect from -1, twice as many in the first block as on average and none in the last, to
   *     1, the opposite
   * @param perBlock how many pairs block i merges, in place of {@code tokens}; none beyond the list
   * @param proportional whether the attention counts a token as often as the tokens that it stands
   *     for: for models that were trained without merging
   */
  public record Schedule(int tokens, double inflect, List<Integer> perBlock, boolean proportional) {

    /** The same number in every block, in proportional attention. */
    public static Schedule of(int tokens) {
      return new Schedule(tokens, 0, List.of(), true);
    }

    /**
     * @param tokens how many pairs each block merges
     * @param inflect from -1, twice as many in the first block as on average and none in the last,
     *     to 1, the opposite
     * @param perBlock how many pairs block i merges, in place of {@code tokens}; none beyond the
     *     list
     * @param proportional whether the attention counts a token as often as the tokens that it
     *     stands for: for models that were trained without merging
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
     * {@return how many pairs each of {@code depth} blocks merges, before there are too few tokens}
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
   * Which tokens merge in a block by itself.
   *
   * @param ratio share of the tokens that a block merges
   * @param cellHeight rows of the cells whose first token the others may merge into
   * @param cellWidth columns of the same
   * @param mlp whether the MLPs see merged tokens too
   */
  public record Cells(double ratio, int cellHeight, int cellWidth, boolean mlp) {

    /** A share of the tokens, in cells of 2x2, for the attention alone. */
    public static Cells of(double ratio) {
      return new Cells(ratio, 2, 2, false);
    }

    /**
     * @param ratio share of the tokens that a block merges
     * @param cellHeight rows of the cells whose first token the others may merge into
     * @param cellWidth columns of the same
     * @param mlp whether the MLPs see merged tokens too
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
   * Merges nothing: every token is kept.
   *
   * @return no merging
   */
  public static TokenMerging none() {
    return new TokenMerging(Mode.NONE, Schedule.of(0), Cells.of(0.5));
  }

  /**
   * Every block merges the same number of pairs.
   *
   * @param tokens pairs that a block merges
   * @return the option
   */
  public static TokenMerging global(int tokens) {
    return global(Schedule.of(tokens));
  }

  /**
   * Every block merges some more pairs.
   *
   * @param schedule how many in each block
   * @return the option
   */
  public static TokenMerging global(Schedule schedule) {
    return new TokenMerging(Mode.GLOBAL, schedule, Cells.of(0.5));
  }

  /**
   * Every block merges a share of the tokens for its attention, cells of 2x2.
   *
   * @param ratio share of the tokens, 0 to 1
   * @return the option
   */
  public static TokenMerging perBlock(double ratio) {
    return perBlock(Cells.of(ratio));
  }

  /**
   * Every block merges a share of the tokens by itself.
   *
   * @param cells how many tokens, and where
   * @return the option
   */
  public static TokenMerging perBlock(Cells cells) {
    return new TokenMerging(Mode.PER_BLOCK, Schedule.of(0), cells);
  }
}
