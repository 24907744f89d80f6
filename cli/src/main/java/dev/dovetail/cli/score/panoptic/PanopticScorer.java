package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import java.io.IOException;

/** Scores panoptic predictions: two JSON files, and a folder of PNG files for each. */
public final class PanopticScorer implements Scorer {

  @Override
  public Score score(ScoreInput input) throws IOException {
    Tally tally = tally(input);
    tally.accumulate(Slice.WHOLE, false);
    return tally.score();
  }

  @Override
  public PanopticTally tally(ScoreInput input) throws IOException {
    return new PanopticTally(input);
  }
}
