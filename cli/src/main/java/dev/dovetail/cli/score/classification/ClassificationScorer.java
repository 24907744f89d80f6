package dev.dovetail.cli.score.classification;

import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import java.io.IOException;

/** Scores the best classes of images; the true class is the name of the image's directory. */
public final class ClassificationScorer implements Scorer {

  @Override
  public ClassificationTally tally(ScoreInput input) throws IOException {
    return new ClassificationTally(input);
  }
}
