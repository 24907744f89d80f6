package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.ScoreInput.Depth;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.gallery.PanopticGallery;
import dev.dovetail.eval.gallery.PanopticGallery.Segments;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.datasets.PanopticTruth;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Counts panoptic predictions, image by image. */
final class PanopticTally implements Tally {

  /** An image and its data. */
  private record Pair(int image, PanopticAnnotation truth, PanopticAnnotation prediction) {

    boolean isMissing() {
      return prediction == null;
    }
  }

  private final ScoreInput input;

  /** The ground truth's JSON file, or the directory of Cityscapes' instance maps. */
  private final Path annotations;

  private final PanopticTruth source;
  private final PanopticDataset truth;
  private final PanopticEvaluator evaluator;

  /** The scored images, if all were scored here. */
  private Optional<PanopticGallery.Maps> scored = Optional.empty();

  PanopticTally(ScoreInput input) throws IOException {
    this.input = input;
    annotations = annotations(input);
    source = source(input, annotations);
    truth = source.dataset();
    evaluator = new PanopticEvaluator(truth, input.warnings());
  }

  /** Returns the path inside the directory of a known data set, or else the path itself. */
  private static Path annotations(ScoreInput input) throws IOException {
    Path path = input.truth();
    if (!Files.isDirectory(path)) {
      input.requireFiles();
      return path;
    }
    input.requirePredictionsFile();
    return DataPaths.annotations(path, Split.VALIDATION, AnnotationKind.SEGMENTS);
  }

  private static PanopticTruth source(ScoreInput input, Path annotations) throws IOException {
    if (!Files.isDirectory(annotations)) {
      return json(input, annotations);
    }
    if (!CityscapesFiles.isAnnotated(annotations)) {
      throw new UsageException("--gt: " + DataPaths.unknown(input.truth()));
    }
    return PanopticTruth.ofInstanceIds(annotations);
  }

  private static PanopticTruth json(ScoreInput input, Path file) throws IOException {
    PanopticOptions options = input.options().group(PanopticOptions.class);
    return PanopticTruth.ofJson(file, () -> options.truthImages(file), input.warnings());
  }

  @Override
  public EvaluatedSet set() throws IOException {
    return new EvaluatedSet(
        "panoptic",
        Map.of(),
        Files.isDirectory(annotations)
            ? Fingerprint.of(segments().getBytes(StandardCharsets.UTF_8))
            : Fingerprint.of(annotations),
        truth.annotations().stream().map(a -> truth.ids().images().text(a.imageId())).toList());
  }

  private String segments() {
    return truth.annotations().stream()
        .map(annotation -> annotation.key() + " " + annotation.segments())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public PanopticEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    if (!truth.annotations().isEmpty()) {
      source.file(
          0); // options that do not specify directories are rejected before the expensive work
    }
    Path predictionImages =
        input.depth() == Depth.COMPARED
            ? input.options().group(PanopticOptions.class).comparedImages(input.predictions())
            : input.options().group(PanopticOptions.class).predictionImages(input.predictions());
    int images = truth.annotations().size();
    List<Pair> pairs = pairs().subList(part.from(images), part.to(images));
    List<Pair> found = pairs.stream().filter(pair -> !pair.isMissing()).toList();
    scored =
        found.size() == images
            ? Optional.of(image -> read(found.get(image), predictionImages))
            : Optional.empty();
    if (!missingAllowed && found.size() < pairs.size()) {
      throw missing(pairs);
    }
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "segment maps")) {
      progress.start(found.size(), 0);
      Slices.of(
              found.size(),
              (from, to) -> accumulate(found.subList(from, to), predictionImages, progress))
          .forEach(evaluator::merge);
    }
    return evaluator.accumulated();
  }

  /** Pairs the ground truth with the predictions, in the order of the ground truth. */
  private List<Pair> pairs() throws IOException {
    PanopticDataset found =
        PanopticDataset.readPredictions(input.predictions(), input.warnings())
            .matchedTo(truth, input.warnings());
    Map<Long, PanopticAnnotation> predictions = new HashMap<>();
    found.annotations().forEach(p -> predictions.put(p.imageId(), p));
    List<Pair> pairs = new ArrayList<>();
    for (PanopticAnnotation expected : truth.annotations()) {
      pairs.add(new Pair(pairs.size(), expected, predictions.remove(expected.imageId())));
    }
    for (PanopticAnnotation prediction : found.annotations()) {
      if (predictions.containsKey(prediction.imageId())) {
        input.warnings().add("predictions without a ground truth (ignored)", prediction::describe);
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

  private PanopticEvaluator accumulate(List<Pair> pairs, Path predictionImages, Progress progress)
      throws IOException {
    PanopticEvaluator slice = evaluator.slice();
    for (Pair pair : pairs) {
      Segments both = read(pair, predictionImages);
      slice.accumulate(both.truthMap(), both.prediction(), both.predictionMap());
      progress.step();
    }
    return slice;
  }

  private Segments read(Pair pair, Path predictionImages) throws IOException {
    return new Segments(
        source.map(pair.image()),
        pair.prediction(),
        IdPng.read(file(predictionImages, pair.prediction())));
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
    return new PanopticScore(evaluator.summarise(), evaluator.resamplable(), truth, scored);
  }
}
