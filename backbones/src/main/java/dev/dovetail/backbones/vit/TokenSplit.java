package dev.dovetail.backbones.vit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A partition of tokens into sources, which may be merged, and targets (Bolya et al. 2023, section
 * 3.1).
 *
 * @param sources indices of the tokens that may be merged
 * @param targets indices of the tokens that others may be merged into
 */
public record TokenSplit(List<Integer> sources, List<Integer> targets) {

  /**
   * Creates a split with copies of the lists.
   *
   * @param sources indices of the tokens that may be merged
   * @param targets indices of the tokens that others may be merged into
   */
  public TokenSplit {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /** {@return the number of tokens} */
  public int tokens() {
    return sources.size() + targets.size();
  }

  /**
   * Creates a split in which every other token is a source, beginning with the first.
   *
   * @param tokens number of tokens
   * @return the split
   */
  public static TokenSplit alternating(int tokens) {
    return new TokenSplit(
        IntStream.range(0, tokens).filter(i -> i % 2 == 0).boxed().toList(),
        IntStream.range(0, tokens).filter(i -> i % 2 == 1).boxed().toList());
  }

  /**
   * {@return a split in which the first token of each cell of a grid is a target (Bolya and Hoffman
   * 2023)} The tokens of incomplete cells are sources.
   *
   * @param height height of the grid in tokens
   * @param width width of the grid in tokens
   * @param cellHeight rows of a cell
   * @param cellWidth columns of a cell
   */
  public static TokenSplit cells(int height, int width, int cellHeight, int cellWidth) {
    List<Integer> sources = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean first = y % cellHeight == 0 && x % cellWidth == 0;
        boolean whole = y + cellHeight <= height && x + cellWidth <= width;
        (first && whole ? targets : sources).add(y * width + x);
      }
    }
    return new TokenSplit(sources, targets);
  }
}
