package dev.dovetail.cli.score;

import java.io.IOException;

/** Scores predictions of one {@link ScoreType}. */
@FunctionalInterface
interface Scorer {

  /**
   * Reads the files and scores them.
   *
   * @throws IOException if a file cannot be used
   * @throws dev.dovetail.cli.console.UsageException if the options cannot be meant together
   */
  Score score(ScoreInput input) throws IOException;
}
