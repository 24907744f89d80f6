package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.labels.DetectionFiles;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Counts detections, in parts if requested. */
final class CocoTally implements Tally {

  private final ScoreInput input;
  private final CocoParams params;
  private final CocoDataset dataset;
  private final CocoEvaluator evaluator;

  CocoTally(ScoreInput input, CocoParams defaults) throws IOException {
    input.requireTruthFile();
    this.input = input;
    CocoOptions options = input.options().group(CocoOptions.class);
    options.params(defaults); // checked before the expensive work
    dataset = CocoDataset.read(input.truth(), input.warnings());
    params = options.params(defaults, dataset);
    evaluator = new CocoEvaluator(dataset, params);
  }

  @Override
  public EvaluatedSet set() throws IOException {
    Map<String, String> parameters =
        Map.of(
            "iou_thrs", Arrays.toString(params.iouThresholds()),
            "rec_thrs", Arrays.toString(params.recallThresholds()),
            "max_dets", Arrays.toString(params.maxDets()),
            "area_ranges",
                params.areas().stream().map(AreaRange::toString).collect(Collectors.joining(", ")),
            "use_cats", Boolean.toString(params.useCategories()),
            "cat_ids", Arrays.toString(params.categoryIds()),
            "sigmas", Arrays.toString(params.sigmas()),
            "protocol", params.protocol().name());
    return new EvaluatedSet(
        params.type().label(),
        parameters,
        Fingerprint.of(input.truth()),
        LongStream.of(evaluator.imageIds()).mapToObj(dataset.ids().images()::text).toList());
  }

  @Override
  public CocoEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    JsonShape.requireOrder(input.truth(), input.predictions());
    CocoResults results =
        DetectionFiles.read(
            dataset, input.predictions(), CocoScorer.masks(params), input.warnings());
    int images = evaluator.imageIds().length;
    int from = part.from(images);
    int to = part.to(images);
    evaluator.accumulate(results, from, to, input.warnings());
    BitSet covered = evaluator.accumulated();
    boolean chosen = params.imageIds().length > 0;
    if (chosen || !missingAllowed) {
      covered.set(from, to);
    }
    return covered;
  }

  /**
   * Returns true, since a result list does not distinguish images without detections from images
   * that were not processed.
   */
  @Override
  public boolean isWholeWithoutPredictions() {
    return true;
  }

  @Override
  public CocoScore score() {
    return CocoScore.of(evaluator, input.options(), Optional.empty());
  }
}
