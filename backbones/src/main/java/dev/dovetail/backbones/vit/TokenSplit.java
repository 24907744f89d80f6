package dev.dovetail.backbones.vit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two sets of tokens, of which the first may be merged into the second (Bolya et al. 2023, section
 * 3.1).
 *
 * @param sources positions of the tokens that may be merged
 * @param targets positions of the tokens that others may be merged into
 */
public record TokenSplit(List<Integer> sources, List<Integer> targets) {

  /**
   * Copies the lists.
   *
   * @param sources positions of the tokens that may be merged
   * @param targets positions of the tokens that others may be merged into
   */
  public TokenSplit {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
  }

  /** {@return how many tokens there are} */
  public int tokens() {
    return sources.size() + targets.size();
  }

  /**
   * Every other token is a source, the first among them.
   *
   * @param tokens how many there are
   * @return the split
   */
  public static TokenSplit alternating(int tokens) {
    return new TokenSplit(
        IntStream.range(0, tokens).filter(i -> i % 2 == 0).boxed().toList(),
        IntStream.range(0, tokens).filter(i -> i % 2 == 1).boxed().toList());
  }

  /**
   * {@return the first token of every cell of a grid is a target (Bolya and Hoffman 2023)} Rows and
   * columns that make no whole cell are sources.
   *
   * @param height of the grid in cells
   * @param width of the grid in cells
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
