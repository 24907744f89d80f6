package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import java.io.IOException;

/** Scores panoptic predictions: two JSON files, each with a directory of PNG files. */
public final class PanopticScorer implements Scorer {

  @Override
  public PanopticTally tally(ScoreInput input) throws IOException {
    return new PanopticTally(input);
  }
}
