package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.ScoreInput.Depth;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Panoptic predictions, image by image: two JSON files, and a folder of PNG files for each. */
final class PanopticTally implements Tally {

  /** An image with what is known of it. */
  private record Pair(PanopticAnnotation truth, PanopticAnnotation prediction) {

    boolean isMissing() {
      return prediction == null;
    }
  }

  private final ScoreInput input;
  private final PanopticDataset truth;
  private final PanopticEvaluator evaluator;

  PanopticTally(ScoreInput input) throws IOException {
    input.requireFiles();
    this.input = input;
    truth = PanopticDataset.readTruth(input.truth(), input.warnings());
    evaluator = new PanopticEvaluator(truth, input.warnings());
  }

  @Override
  public EvaluatedSet set() throws IOException {
    return new EvaluatedSet(
        "panoptic",
        Map.of(),
        Fingerprint.of(input.truth()),
        truth.annotations().stream().map(a -> truth.ids().images().text(a.imageId())).toList());
  }

  @Override
  public PanopticEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    Path truthImages = input.options().group(PanopticOptions.class).truthImages(input.truth());
    Path predictionImages =
        input.depth() == Depth.COMPARED
            ? input.options().group(PanopticOptions.class).comparedImages(input.predictions())
            : input.options().group(PanopticOptions.class).predictionImages(input.predictions());
    int images = truth.annotations().size();
    List<Pair> pairs = pairs().subList(part.from(images), part.to(images));
    List<Pair> found = pairs.stream().filter(pair -> !pair.isMissing()).toList();
    if (!missingAllowed && found.size() < pairs.size()) {
      throw missing(pairs);
    }
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "segment maps")) {
      progress.start(found.size(), 0);
      Slices.of(
              found.size(),
              (from, to) ->
                  accumulate(found.subList(from, to), truthImages, predictionImages, progress))
          .forEach(evaluator::merge);
    }
    return evaluator.accumulated();
  }

  /** The true images with their predictions, in the order of the ground truth. */
  private List<Pair> pairs() throws IOException {
    PanopticDataset found =
        PanopticDataset.readPredictions(input.predictions(), input.warnings())
            .matchedTo(truth, input.warnings());
    Map<Long, PanopticAnnotation> predictions = new HashMap<>();
    found.annotations().forEach(p -> predictions.put(p.imageId(), p));
    List<Pair> pairs =
        truth.annotations().stream()
            .map(t -> new Pair(t, predictions.remove(t.imageId())))
            .toList();
    for (PanopticAnnotation prediction : found.annotations()) {
      if (predictions.containsKey(prediction.imageId())) {
        input.warnings().add("predictions without a ground truth (left out)", prediction::describe);
      }
    }
    return pairs;
  }

  private FormatException missing(List<Pair> pairs) {
    List<Pair> missing = pairs.stream().filter(Pair::isMissing).toList();
    return new FormatException(
        String.format(
            Locale.ROOT,
            "%s: %d of the %d images of %s have no prediction; the first is image %s",
            input.predictions(),
            missing.size(),
            pairs.size(),
            truth.source(),
            truth.ids().images().text(missing.get(0).truth().imageId())));
  }

  private PanopticEvaluator accumulate(
      List<Pair> pairs, Path truthImages, Path predictionImages, Progress progress)
      throws IOException {
    PanopticEvaluator slice = evaluator.slice();
    for (Pair pair : pairs) {
      slice.accumulate(
          IdPng.read(file(truthImages, pair.truth())),
          pair.prediction(),
          IdPng.read(file(predictionImages, pair.prediction())));
      progress.step();
    }
    return slice;
  }

  private Path file(Path folder, PanopticAnnotation annotation) throws IOException {
    return ListedFile.find(folder, annotation.fileName(), annotation.source(), input.warnings());
  }

  @Override
  public boolean isWholeWithoutPredictions() {
    return false;
  }

  @Override
  public PanopticScore score() {
    return new PanopticScore(evaluator.summarise(), evaluator.resamplable());
  }
}
