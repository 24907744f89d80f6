package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import dev.dovetail.cli.score.scorer.Tally;
import java.io.IOException;

/** Scores the objects of a Cityscapes submission, as its script does. */
public final class CityscapesScorer implements Scorer {

  @Override
  public Score score(ScoreInput input) throws IOException {
    if (input.options().compares()) {
      throw new UsageException("--compare does not support --type cityscapes-instances");
    }
    return Scorer.super.score(input);
  }

  @Override
  public Tally tally(ScoreInput input) throws IOException {
    return new CityscapesTally(input);
  }
}
