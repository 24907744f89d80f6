package dev.dovetail.formats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The score of each class for a whole image. The array is not copied and must not be modified.
 *
 * @param scores [classes], which sum to 1
 */
public record ClassScores(float[] scores) {

  /**
   * Returns the classes with the highest scores, best first. Among equal scores, the lower label
   * comes first.
   *
   * @param most the largest number of classes
   * @return their labels
   */
  public int[] best(int most) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> -scores[c]))
        .limit(most)
        .mapToInt(c -> c)
        .toArray();
  }
}
