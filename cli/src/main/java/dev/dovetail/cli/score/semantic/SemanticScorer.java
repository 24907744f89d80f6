package dev.dovetail.cli.score.semantic;

import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import java.io.IOException;

/** Scores a directory of label maps against another. */
public final class SemanticScorer implements Scorer {

  private final boolean cityscapes;

  private SemanticScorer(boolean cityscapes) {
    this.cityscapes = cityscapes;
  }

  /** Scores as mmsegmentation does, with the parameters of the options. */
  public static SemanticScorer mmsegmentation() {
    return new SemanticScorer(false);
  }

  /** Scores a Cityscapes submission, as its script does. */
  public static SemanticScorer cityscapes() {
    return new SemanticScorer(true);
  }

  @Override
  public SemanticTally tally(ScoreInput input) throws IOException {
    return new SemanticTally(
        input,
        cityscapes ? SemanticSet.CITYSCAPES : input.options().group(SemanticOptions.class).set());
  }
}
