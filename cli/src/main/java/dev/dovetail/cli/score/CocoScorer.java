package dev.dovetail.cli.score;

import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.CocoOverlaps;
import dev.dovetail.eval.coco.CocoParams;
import dev.dovetail.eval.coco.IouType;
import dev.dovetail.eval.coco.Protocol;
import dev.dovetail.formats.coco.CocoFiles;
import java.io.IOException;
import java.util.Optional;

/**
 * Scores a COCO result list against a COCO ground truth.
 *
 * @param type how overlap is measured
 * @param defaults what papers report, which options replace
 */
record CocoScorer(IouType type, CocoParams defaults) implements Scorer {

  static CocoScorer coco(IouType type) {
    return new CocoScorer(type, CocoParams.defaults(type));
  }

  static CocoScorer lvis(IouType type) {
    return new CocoScorer(type, CocoParams.lvis());
  }

  @Override
  public CocoScore score(ScoreInput input) throws IOException {
    input.requireFiles();
    JsonShape.requireOrder(input.truth(), input.predictions());
    CocoOptions options = input.options().coco();
    options.params(type, defaults); // before long work
    CocoFiles files = CocoFiles.read(input.truth(), input.predictions(), input.warnings());
    CocoParams params = options.params(type, defaults, files.truth());
    CocoEvaluator evaluator =
        CocoEvaluator.of(files.truth(), files.results(), type, params, input.warnings());
    return CocoScore.of(evaluator, input.options(), analysis(files, params, input));
  }

  private Optional<DetectionAnalysis> analysis(CocoFiles files, CocoParams params, ScoreInput input)
      throws IOException {
    boolean wanted =
        switch (input.depth()) {
          case COMPARED -> false;
          case AS_ASKED -> input.options().errors().needAnalysis();
          case ALL -> params.protocol() == Protocol.COCO && type != IouType.KEYPOINTS;
        };
    return wanted
        ? Optional.of(
            DetectionAnalysis.of(
                new CocoOverlaps(
                    files.truth(),
                    files.results(),
                    type,
                    params,
                    DetectionAnalysis.MAX_DETECTIONS)))
        : Optional.empty();
  }

  @Override
  public CocoTally tally(ScoreInput input) throws IOException {
    return new CocoTally(input, type, defaults);
  }
}
