package dev.dovetail.cli.score;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.eval.semantic.LabelMapping;
import java.io.IOException;

/** Scores a folder of label maps against another. */
final class SemanticScorer implements Scorer {

  @Override
  public SemanticScore score(ScoreInput input) throws IOException {
    SemanticOptions options = input.options().semantic();
    LabelMapping mapping = options.mapping();
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "label maps")) {
      return new SemanticScore(
          LabelMapScore.of(
                  input.truth(),
                  input.predictions(),
                  options.naming(),
                  options.classes(),
                  mapping,
                  input.warnings(),
                  progress)
              .withUnknown(options.unknown()));
    }
  }
}
