package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.labels.DetectionFiles;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Scorer;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoFiles;
import java.io.IOException;
import java.util.Optional;

/**
 * Scores a COCO result list against a COCO ground truth.
 *
 * @param defaults parameters commonly reported in papers, which options override
 */
public record CocoScorer(CocoParams defaults) implements Scorer {

  public static CocoScorer coco(IouType type) {
    return new CocoScorer(CocoParams.of(type));
  }

  public static CocoScorer lvis(IouType type) {
    return new CocoScorer(CocoParams.lvis(type));
  }

  @Override
  public CocoScore score(ScoreInput input) throws IOException {
    input.requireTruthFile();
    JsonShape.requireOrder(input.truth(), input.predictions());
    CocoOptions options = input.options().group(CocoOptions.class);
    options.params(defaults); // checked before the expensive work
    CocoFiles files =
        DetectionFiles.read(input.truth(), input.predictions(), masks(defaults), input.warnings());
    CocoParams params = options.params(defaults, files.truth());
    CocoEvaluator evaluator =
        CocoEvaluator.of(files.truth(), files.results(), params, input.warnings());
    return CocoScore.of(evaluator, input.options(), analysed(files, params, input));
  }

  /** Returns whether masks are scored. */
  static boolean masks(CocoParams params) {
    return params.type() == IouType.SEGM || params.type() == IouType.BOUNDARY;
  }

  private Optional<CocoScore.Analysed> analysed(
      CocoFiles files, CocoParams params, ScoreInput input) throws IOException {
    boolean requested =
        switch (input.depth()) {
          case COMPARED -> false;
          case AS_ASKED -> input.options().group(ErrorOptions.class).needAnalysis();
          case ALL -> true;
        };
    return requested
        ? Optional.of(CocoScore.Analysed.of(files.truth(), files.results(), params))
        : Optional.empty();
  }

  @Override
  public CocoTally tally(ScoreInput input) throws IOException {
    return new CocoTally(input, defaults);
  }
}
