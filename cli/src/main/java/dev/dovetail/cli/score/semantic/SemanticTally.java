package dev.dovetail.cli.score.semantic;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.cli.score.semantic.LabelMapFiles.Pair;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.eval.semantic.SemanticImages;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A folder of predicted label maps beside one of ground truth, file by file. */
final class SemanticTally implements Tally {

  private final ScoreInput input;
  private final SemanticOptions options;
  private final LabelMapping mapping;
  private final LabelMapFiles files;
  private final SemanticEvaluator evaluator;
  private final SemanticImages images;

  private final List<String> names;

  /** What some files gave, and each image by itself where results are compared. */
  private record Part(SemanticEvaluator evaluator, SemanticImages images) {}

  /**
   * Lists the ground truth.
   *
   * @throws IOException if there is none, or the label map of the options is no table
   */
  SemanticTally(ScoreInput input) throws IOException {
    this.input = input;
    options = input.options().group(SemanticOptions.class);
    mapping = options.mapping();
    files = new LabelMapFiles(input.truth(), options.naming());
    evaluator = new SemanticEvaluator(options.classes(), mapping);
    names = options.classNames();
    images = new SemanticImages(names, options.unknown());
  }

  @Override
  public EvaluatedSet set() throws IOException {
    Map<String, String> parameters =
        Map.of(
            "classes", Integer.toString(options.classes()),
            "ignore_index", Integer.toString(mapping.ignoreIndex()),
            "reduce_zero_label", Boolean.toString(mapping.reduceZeroLabel()),
            "label_map", new TreeMap<>(mapping.table()).toString());
    return new EvaluatedSet("semantic", parameters, files.fingerprint(), files.names());
  }

  @Override
  public SemanticEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    List<Pair> all = files.pairs(input.predictions(), input.warnings());
    int first = part.from(all.size());
    List<Pair> pairs = all.subList(first, part.to(all.size()));
    BitSet covered = new BitSet();
    for (int i = 0; i < pairs.size(); i++) {
      covered.set(first + i, pairs.get(i).found());
    }
    if (!missingAllowed && covered.cardinality() < pairs.size()) {
      throw files.missing(pairs);
    }
    List<Pair> found = pairs.stream().filter(Pair::found).toList();
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "label maps")) {
      progress.start(found.size(), 0);
      for (Part scored :
          Slices.of(found.size(), (from, to) -> accumulate(found.subList(from, to), progress))) {
        evaluator.merge(scored.evaluator);
        images.addAll(scored.images);
      }
    }
    return covered;
  }

  private Part accumulate(List<Pair> pairs, Progress progress) throws IOException {
    Part part = new Part(evaluator.slice(), new SemanticImages(names, options.unknown()));
    for (Pair pair : pairs) {
      if (input.options().compares()) {
        SemanticEvaluator image = evaluator.slice();
        accumulate(image, pair);
        part.images.add(image.summarise());
        part.evaluator.merge(image);
      } else {
        accumulate(part.evaluator, pair);
      }
      progress.step();
    }
    return part;
  }

  private void accumulate(SemanticEvaluator slice, Pair pair) throws IOException {
    LabelMap truth = LabelPng.read(pair.truth());
    LabelMap prediction = LabelPng.read(pair.prediction());
    if (!truth.size().equals(prediction.size())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the prediction %s is %s pixels large, but its ground truth %s is %s",
              pair.prediction(),
              prediction.size(),
              pair.truth(),
              truth.size()));
    }
    if (mapping.table().isEmpty()) {
      Optional<String> complaint =
          new LabelRange(options.classes(), mapping.reduceZeroLabel(), mapping.ignoreIndex())
              .complaint(truth, pair.truth());
      if (complaint.isPresent()) {
        input.warnings().add("label maps with values that are no class", complaint::get);
      }
    }
    int largest = prediction.values().length() - 1;
    if (largest >= options.classes()) {
      input
          .warnings()
          .add(
              "predictions with values that are no class (they count as wrong)",
              () ->
                  String.format(
                      Locale.ROOT,
                      "%s holds %d, but the classes are 0 to %d",
                      pair.prediction(),
                      largest,
                      options.classes() - 1));
    }
    slice.accumulate(truth, prediction);
  }

  @Override
  public boolean isWholeWithoutPredictions() {
    return false;
  }

  @Override
  public SemanticScore score() throws IOException {
    Optional<String> complaint = evaluator.complaint();
    if (complaint.isPresent()) {
      input
          .warnings()
          .add(
              "classes without ground truth",
              () ->
                  mapping.table().isEmpty()
                      ? complaint.get()
                          + " Masks drawn as 0 and 255 need --label-map FILE with the lines \"0 0\""
                          + " and \"255 1\"."
                      : complaint.get());
    }
    return new SemanticScore(evaluator.summarise().withUnknown(options.unknown()), images, names);
  }
}
