package dev.dovetail.cli.score;

import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoFiles;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoParams;
import dev.dovetail.eval.coco.IouType;
import java.io.IOException;

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
    CocoFiles files = CocoFiles.read(input.truth(), input.predictions(), input.warnings());
    CocoDataset dataset = files.truth();
    CocoResults results = files.results();
    CocoEvaluation evaluation =
        CocoEvaluation.of(dataset, results, type, options.params(type, defaults), input.warnings());
    return new CocoScore(dataset, results, evaluation, options.hashes());
  }

  @Override
  public CocoTally tally(ScoreInput input) throws IOException {
    return new CocoTally(input, type, input.options().coco().params(type, defaults));
  }
}
