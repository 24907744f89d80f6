package dev.dovetail.cli.score;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.panoptic.IdPng;
import dev.dovetail.data.panoptic.PanopticAnnotation;
import dev.dovetail.data.panoptic.PanopticDataset;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.models.evaluation.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scores panoptic predictions: two JSON files, and a folder of PNG files for each. */
final class PanopticScorer implements Scorer {

  /** An image with what is known of it. */
  private record Pair(PanopticAnnotation truth, PanopticAnnotation prediction) {}

  @Override
  public PanopticScore score(ScoreInput input) throws IOException {
    input.requireFiles();
    PanopticOptions options = input.options().panoptic();
    Path truthImages = options.truthImages(input.truth());
    Path predictionImages = options.predictionImages(input.predictions());
    PanopticDataset truth = PanopticDataset.readTruth(input.truth(), input.warnings());
    List<Pair> pairs = pairs(truth, input);
    PanopticEvaluator whole = new PanopticEvaluator(truth, input.warnings());
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "segment maps")) {
      progress.start(pairs.size(), 0);
      Slices.of(
              pairs.size(),
              (from, to) ->
                  accumulate(
                      whole.slice(),
                      pairs.subList(from, to),
                      truthImages,
                      predictionImages,
                      progress))
          .forEach(whole::merge);
    }
    return new PanopticScore(whole.summarise());
  }

  /** The true images with their predictions, in the order of the ground truth. */
  private static List<Pair> pairs(PanopticDataset truth, ScoreInput input) throws IOException {
    PanopticDataset found = PanopticDataset.readPredictions(input.predictions(), input.warnings());
    Map<Long, PanopticAnnotation> predictions = new HashMap<>();
    found.annotations().forEach(p -> predictions.put(p.imageId(), p));
    List<Pair> pairs =
        truth.annotations().stream()
            .map(t -> new Pair(t, predictions.remove(t.imageId())))
            .toList();
    List<Pair> missing = pairs.stream().filter(p -> p.prediction() == null).toList();
    if (!missing.isEmpty()) {
      throw new CocoFormatException(
          String.format(
              "%s: %d of the %d images of %s have no prediction; the first is image %d",
              found.source(),
              missing.size(),
              pairs.size(),
              truth.source(),
              missing.get(0).truth().imageId()));
    }
    for (PanopticAnnotation prediction : found.annotations()) {
      if (predictions.containsKey(prediction.imageId())) {
        input.warnings().add("predictions without a ground truth (left out)", prediction::describe);
      }
    }
    return pairs;
  }

  private static PanopticEvaluator accumulate(
      PanopticEvaluator evaluator,
      List<Pair> pairs,
      Path truthImages,
      Path predictionImages,
      Progress progress)
      throws IOException {
    for (Pair pair : pairs) {
      evaluator.accumulate(
          IdPng.read(truthImages.resolve(pair.truth().fileName())),
          pair.prediction(),
          IdPng.read(predictionImages.resolve(pair.prediction().fileName())));
      progress.step();
    }
    return evaluator;
  }
}
