package dev.dovetail.cli.score.semantic;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.cli.score.semantic.LabelMapFiles.Pair;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.cityscapes.CityscapesScores;
import dev.dovetail.eval.cityscapes.InstanceCounts;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.eval.semantic.SemanticImages;
import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.tasks.Progress;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares predicted label maps with the ground truth, file by file. */
final class SemanticTally implements Tally {

  private final ScoreInput input;
  private final SemanticSet set;
  private final LabelMapFiles files;
  private final Part all;

  /** The scored pairs, if all were scored here. */
  private List<Pair> scored = List.of();

  /**
   * The counts of some files.
   *
   * @param images counts of each image, if results are compared
   * @param instances used only for Cityscapes' script
   */
  private record Part(SemanticEvaluator evaluator, SemanticImages images, InstanceCounts instances)
      implements Accumulator {

    void merge(Part other) {
      evaluator.merge(other.evaluator);
      images.addAll(other.images);
      instances.merge(other.instances);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
      evaluator.writeTo(out);
      instances.writeTo(out);
    }

    @Override
    public void addFrom(DataInput in) throws IOException {
      evaluator.addFrom(in);
      instances.addFrom(in);
    }
  }

  /**
   * Lists the ground truth.
   *
   * @throws IOException if there is none
   */
  SemanticTally(ScoreInput input, SemanticSet set) throws IOException {
    this.input = input;
    this.set = set;
    files = set.files(input.truth());
    all = part();
  }

  private Part part() {
    return new Part(
        new SemanticEvaluator(set.classes(), set.mapping()),
        new SemanticImages(set.names(), set.unknown()),
        new InstanceCounts());
  }

  @Override
  public EvaluatedSet set() throws IOException {
    Map<String, String> parameters =
        Map.of(
            "classes", Integer.toString(set.classes()),
            "ignore_index", Integer.toString(set.mapping().ignoreIndex()),
            "reduce_zero_label", Boolean.toString(set.mapping().reduceZeroLabel()),
            "label_map", new TreeMap<>(set.mapping().table()).toString());
    return new EvaluatedSet(
        set.isSubmitted() ? "cityscapes-semantic" : "semantic",
        parameters,
        files.fingerprint(),
        files.names());
  }

  @Override
  public Accumulator accumulator() {
    return set.isSubmitted() ? all : all.evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    List<Pair> listed = files.pairs(input.predictions(), input.warnings());
    int first = part.from(listed.size());
    List<Pair> pairs = listed.subList(first, part.to(listed.size()));
    BitSet covered = new BitSet();
    for (int i = 0; i < pairs.size(); i++) {
      covered.set(first + i, pairs.get(i).found());
    }
    if (!missingAllowed && covered.cardinality() < pairs.size()) {
      throw files.missing(pairs);
    }
    List<Pair> found = pairs.stream().filter(Pair::found).toList();
    scored = found.size() == listed.size() ? found : List.of();
    try (ConsoleProgress progress = ConsoleProgress.of(input.err(), "label maps")) {
      progress.start(found.size(), 0);
      for (Part scored :
          Slices.of(found.size(), (from, to) -> accumulate(found.subList(from, to), progress))) {
        all.merge(scored);
      }
    }
    return covered;
  }

  private Part accumulate(List<Pair> pairs, Progress progress) throws IOException {
    Part part = part();
    for (Pair pair : pairs) {
      if (input.options().compares()) {
        Part image = part();
        accumulate(image, pair);
        part.images.add(image.evaluator.summarise());
        part.merge(image);
      } else {
        accumulate(part, pair);
      }
      progress.step();
    }
    return part;
  }

  private void accumulate(Part part, Pair pair) throws IOException {
    LabelMap truth = LabelPng.read(pair.truth());
    LabelMap prediction = LabelPng.read(pair.prediction());
    if (!truth.size().equals(prediction.size())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the prediction %s is %s pixels, but its ground truth %s is %s",
              pair.prediction(),
              prediction.size(),
              pair.truth(),
              truth.size()));
    }
    if (set.isSubmitted()) {
      submitted(part, pair, truth, prediction);
      return;
    }
    LabelMapping mapping = set.mapping();
    if (mapping.table().isEmpty()) {
      Optional<String> complaint =
          new LabelRange(set.classes(), mapping.reduceZeroLabel(), mapping.ignoreIndex())
              .complaint(truth, pair.truth());
      if (complaint.isPresent()) {
        input.warnings().add("label maps with values outside the classes", complaint::get);
      }
    }
    int largest = prediction.values().length() - 1;
    if (largest >= set.classes()) {
      input
          .warnings()
          .add(
              "predictions with values outside the classes (counted as wrong)",
              () ->
                  String.format(
                      Locale.ROOT,
                      "%s contains %d, but the classes are 0 to %d",
                      pair.prediction(),
                      largest,
                      set.classes() - 1));
    }
    part.evaluator.accumulate(truth, prediction);
  }

  /** Counts a prediction with label ids. */
  private void submitted(Part part, Pair pair, LabelMap truth, LabelMap prediction)
      throws IOException {
    int largest = prediction.values().length() - 1;
    if (largest >= CityscapesLabel.ALL.size()) {
      throw new FormatException(
          pair.prediction()
              + (" contains " + largest + "; expected Cityscapes label ids, 0 to ")
              + (CityscapesLabel.ALL.size() - 1));
    }
    if (largest < set.classes() && truth.values().length() > set.classes()) {
      input
          .warnings()
          .add(
              "predictions with values below 19 only (if they are train ids, score them with"
                  + " --type semantic --classes 19 --label-map cityscapes)",
              pair.prediction()::toString);
    }
    Path instances = CityscapesFiles.instancesBeside(pair.truth());
    if (!Files.exists(instances)) {
      throw new NoSuchFileException(
          instances.toString(), null, "nIoU needs the instance map of " + pair.truth());
    }
    part.evaluator.accumulate(
        truth, prediction.mapped(CityscapesLabel.trainIds(), CityscapesLabel.NO_CLASS));
    part.instances.accumulate(
        pair.image(), LabelPng.read(instances, pair.truth(), truth.size()), prediction);
  }

  @Override
  public boolean isWholeWithoutPredictions() {
    return false;
  }

  @Override
  public SemanticScore score() throws IOException {
    LabelMapping mapping = set.mapping();
    Optional<String> complaint = all.evaluator.complaint();
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
    SemanticEvaluation evaluation = all.evaluator.summarise();
    return new SemanticScore(
        evaluation.withUnknown(set.unknown()),
        all.images,
        set.names(),
        set.isSubmitted()
            ? Optional.of(CityscapesScores.of(evaluation, Optional.of(all.instances)))
            : Optional.empty(),
        scored.isEmpty()
            ? Optional.empty()
            : Optional.of(new ScoredMaps(set, files.names(), List.copyOf(scored))));
  }
}
