package dev.dovetail.cli.score.scorer;

import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.eval.state.EvaluatedSet;
import java.io.IOException;
import java.util.BitSet;

/**
 * A set on its way to a {@link Score}: its images are scored here, or what was counted of them
 * elsewhere is added.
 */
public interface Tally {

  /** What parts of the set must agree in. */
  EvaluatedSet set() throws IOException;

  /** Where all is counted. */
  Accumulator accumulator();

  /**
   * Scores the predictions for a part of the images.
   *
   * @param missingAllowed whether images without predictions are left for others, unless options
   *     chose them one by one
   * @return the numbers of the images that need no further look: all of the part, without those
   *     left for others
   */
  BitSet accumulate(Slice part, boolean missingAllowed) throws IOException;

  /** Whether the set can be scored although an image has no predictions. */
  boolean isWholeWithoutPredictions();

  /**
   * The numbers of all that was counted.
   *
   * @throws IOException if what is odd about them is refused
   */
  Score score() throws IOException;
}
