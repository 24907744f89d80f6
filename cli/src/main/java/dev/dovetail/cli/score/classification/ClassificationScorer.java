package dev.dovetail.cli.score.classification;

import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import java.io.IOException;

/** Scores the best classes of images against the folders that they lie in. */
public final class ClassificationScorer implements Scorer {

  @Override
  public Score score(ScoreInput input) throws IOException {
    Tally tally = tally(input);
    tally.accumulate(Slice.WHOLE, false);
    return tally.score();
  }

  @Override
  public ClassificationTally tally(ScoreInput input) throws IOException {
    return new ClassificationTally(input);
  }
}
