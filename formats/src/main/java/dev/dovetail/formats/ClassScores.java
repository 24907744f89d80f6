package dev.dovetail.formats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A score for each class of a whole image. The array is the object's own: it is read, never
 * written.
 *
 * @param scores [classes], which sum to 1
 */
public record ClassScores(float[] scores) {

  /**
   * The classes with the highest scores, best first; of equal ones the lower number.
   *
   * @param most how many at most
   * @return their numbers
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
