package dev.dovetail.cli.score;

import java.io.IOException;

/** Scores a folder of label maps against another. */
final class SemanticScorer implements Scorer {

  @Override
  public Score score(ScoreInput input) throws IOException {
    Tally tally = tally(input);
    tally.accumulate(Slice.WHOLE, false);
    return tally.score();
  }

  @Override
  public SemanticTally tally(ScoreInput input) throws IOException {
    return new SemanticTally(input);
  }
}
