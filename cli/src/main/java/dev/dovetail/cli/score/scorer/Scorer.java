package dev.dovetail.cli.score.scorer;

import java.io.IOException;

/** Scores predictions of one {@code --type}. */
public interface Scorer {

  /**
   * Reads the files and scores them.
   *
   * @throws IOException if a file is unreadable or invalid
   * @throws dev.dovetail.cli.console.UsageException if the options contradict each other
   */
  default Score score(ScoreInput input) throws IOException {
    Tally tally = tally(input);
    tally.accumulate(Slice.WHOLE, false);
    return tally.score();
  }

  /**
   * Reads only the ground truth, for scoring in parts.
   *
   * @param input has no predictions if saved states replace them
   * @throws IOException if a file is unreadable or invalid
   * @throws dev.dovetail.cli.console.UsageException if the options contradict each other
   */
  Tally tally(ScoreInput input) throws IOException;
}
