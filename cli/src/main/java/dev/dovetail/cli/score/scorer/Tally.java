package dev.dovetail.cli.score.scorer;

import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.eval.state.EvaluatedSet;
import java.io.IOException;
import java.util.BitSet;

/**
 * Accumulates the counts for a {@link Score}. Images are scored here, or counts from other runs are
 * merged.
 */
public interface Tally {

  /** Identifies the data set. Merged parts must agree in it. */
  EvaluatedSet set() throws IOException;

  /** Returns the accumulator of all counts. */
  Accumulator accumulator();

  /**
   * Scores the predictions for a part of the images.
   *
   * @param missingAllowed whether images without predictions are left to other runs, unless options
   *     select them individually
   * @return the indices of the scored images: all of the part, except those left to other runs
   */
  BitSet accumulate(Slice part, boolean missingAllowed) throws IOException;

  /** Returns whether the data set can be scored if images have no predictions. */
  boolean isWholeWithoutPredictions();

  /**
   * Computes the metrics from the counts.
   *
   * @throws IOException if {@code --strict} rejects an irregularity
   */
  Score score() throws IOException;
}
