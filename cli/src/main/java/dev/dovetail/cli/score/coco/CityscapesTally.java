package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.ScoreInput.Depth;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.SubmittedFiles;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.CocoResultsBuilder;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.datasets.SubmittedInstances;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Counts the detections in Cityscapes images. Predictions are one text file per image, or a COCO
 * result list.
 */
final class CityscapesTally implements Tally {

  private final ScoreInput input;
  private final CityscapesTruth truth;
  private final CocoDataset dataset;
  private final CocoEvaluator evaluator;
  private Optional<CocoScore.Analysed> analysed = Optional.empty();

  CityscapesTally(ScoreInput input) throws IOException {
    this.input = input;
    truth =
        CityscapesTruth.read(
            DataPaths.annotations(input.truth(), Split.VALIDATION, AnnotationKind.OBJECTS));
    dataset = truth.objectsAndVoid();
    evaluator = new CocoEvaluator(dataset, CocoParams.cityscapes());
  }

  @Override
  public EvaluatedSet set() {
    String objects =
        dataset.annotations().stream()
            .map(a -> a.imageId() + " " + a.categoryId() + " " + a.area() + " " + a.box())
            .collect(Collectors.joining("\n"));
    return new EvaluatedSet(
        "cityscapes-instances",
        Map.of(),
        Fingerprint.of(objects.getBytes(StandardCharsets.UTF_8)),
        truth.cores());
  }

  @Override
  public CocoEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    int images = dataset.images().size();
    int from = part.from(images);
    int to = part.to(images);
    if (Files.isRegularFile(input.predictions())) {
      CocoResults results = CocoResults.read(input.predictions(), input.warnings());
      evaluator.accumulate(results, from, to, input.warnings());
      analyse(part, results);
    } else {
      List<Optional<Path>> found = submitted(from, to, missingAllowed);
      analyse(part, found);
    }
    BitSet covered = evaluator.accumulated();
    if (!missingAllowed) {
      covered.set(from, to);
    }
    return covered;
  }

  /** Keeps the data for the error analysis, if it is requested and all images are scored. */
  private void analyse(Slice part, CocoResults results) throws IOException {
    if (part == Slice.WHOLE && input.depth() == Depth.ALL) {
      analysed = Optional.of(CocoScore.Analysed.of(dataset, results, CocoParams.cityscapes()));
    }
  }

  private void analyse(Slice part, List<Optional<Path>> files) throws IOException {
    if (part != Slice.WHOLE || input.depth() != Depth.ALL) {
      return;
    }
    CocoResultsBuilder rows = new CocoResultsBuilder(CocoResults.Kind.MASKS);
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i).isPresent()) {
        long image = dataset.images().get(i).id();
        SubmittedInstances objects = instances(i, files.get(i).get());
        for (int row = 0; row < objects.scores().length; row++) {
          rows.add(
              image,
              objects.labels()[row],
              objects.scores()[row],
              null,
              Segmentation.of(objects.masks()[row]),
              null);
        }
      }
    }
    analyse(part, rows.build(input.predictions().toString()));
  }

  /** Accumulates the text files, and returns the file of each image. */
  private List<Optional<Path>> submitted(int from, int to, boolean missingAllowed)
      throws IOException {
    SubmittedFiles files = new SubmittedFiles(input.predictions(), "txt");
    List<Optional<Path>> found = new ArrayList<>();
    for (String core : truth.cores()) {
      found.add(files.find(core));
    }
    for (Path file : files.unused()) {
      input.warnings().add("predictions without a ground truth (ignored)", file::toString);
    }
    long missing = found.subList(from, to).stream().filter(Optional::isEmpty).count();
    if (!missingAllowed && missing > 0) {
      int first = from + found.subList(from, to).indexOf(Optional.<Path>empty());
      throw new FormatException(
          String.format(
              Locale.ROOT,
              "%d of the %d images have no file of results; the first should be %s (for an"
                  + " image without detections, write an empty file)",
              missing,
              to - from,
              files.expected(truth.cores().get(first))));
    }
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "images")) {
      progress.start(to - from, 0);
      evaluator.merge(
          Slices.collect(
              to - from,
              evaluator::slice,
              (slice, i) -> {
                if (found.get(from + i).isPresent()) {
                  slice.accumulate(detections(from + i, found.get(from + i).get()));
                }
                progress.step();
              },
              CocoEvaluator::merge));
    }
    return found;
  }

  private ImageDetections detections(int index, Path file) throws IOException {
    SubmittedInstances objects = instances(index, file);
    return ImageDetections.ofMasks(
        dataset.images().get(index).id(), objects.masks(), objects.scores(), objects.labels());
  }

  private SubmittedInstances instances(int index, Path file) throws IOException {
    CocoImage image = dataset.images().get(index);
    return SubmittedInstances.read(
        file, input.predictions(), new Size(image.height(), image.width()));
  }

  @Override
  public boolean isWholeWithoutPredictions() {
    return false;
  }

  @Override
  public CocoScore score() {
    return CocoScore.of(evaluator, input.options(), analysed);
  }
}
