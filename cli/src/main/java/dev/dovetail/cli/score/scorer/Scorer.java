package dev.dovetail.cli.score.scorer;

import java.io.IOException;

/** Scores predictions of one {@code --type}. */
public interface Scorer {

  /**
   * Reads the files and scores them.
   *
   * @throws IOException if a file cannot be used
   * @throws dev.dovetail.cli.console.UsageException if the options cannot be meant together
   */
  default Score score(ScoreInput input) throws IOException {
    Tally tally = tally(input);
    tally.accumulate(Slice.WHOLE, false);
    return tally.score();
  }

  /**
   * Reads the ground truth alone, for a set that is scored in parts.
   *
   * @param input has no predictions where states of other runs take their place
   * @throws IOException if a file cannot be used
   * @throws dev.dovetail.cli.console.UsageException if the options cannot be meant together
   */
  Tally tally(ScoreInput input) throws IOException;
}
