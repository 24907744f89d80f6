package dev.dovetail.cli.score.classification;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.ClassMatch;
import dev.dovetail.cli.score.scorer.ScoreInput;
import dev.dovetail.cli.score.scorer.Slice;
import dev.dovetail.cli.score.scorer.Tally;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.classification.ClassificationEvaluation;
import dev.dovetail.eval.classification.ClassificationEvaluator;
import dev.dovetail.eval.gallery.ClassificationGallery.Classified;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.Fingerprint;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.classification.ClassResults;
import dev.dovetail.formats.classification.ImageFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the predicted classes of images. The ground truth is a directory with one directory per
 * class, the predictions are JSON lines.
 */
final class ClassificationTally implements Tally {

  private final ScoreInput input;
  private final ImageFolder truth;
  private final ClassificationEvaluator evaluator;

  /** The predictions that were read in this run. Images from saved states are not among them. */
  private final List<Classified> classified = new ArrayList<>();

  /**
   * Lists the ground truth.
   *
   * @throws IOException if it is not a directory with one directory per class
   */
  ClassificationTally(ScoreInput input) throws IOException {
    if (input.predictions() != null && Files.isDirectory(input.predictions())) {
      throw new UsageException(
          "--dt "
              + input.predictions()
              + " is a directory; expected a file of JSON lines, such as the predictions.jsonl of"
              + " 'dovetail eval'");
    }
    this.input = input;
    truth = ImageFolder.open(input.truth(), List.of(), input.warnings());
    evaluator =
        new ClassificationEvaluator(
            truth.classes(), truth.entries().stream().mapToInt(ImageFolder.Entry::label).toArray());
  }

  private List<String> names() {
    return truth.entries().stream().map(ImageFolder.Entry::name).toList();
  }

  @Override
  public EvaluatedSet set() {
    List<String> text = new ArrayList<>(truth.classes());
    text.addAll(names());
    return new EvaluatedSet(
        "classification",
        Map.of(),
        Fingerprint.of(String.join("\n", text).getBytes(StandardCharsets.UTF_8)),
        names());
  }

  @Override
  public ClassificationEvaluator accumulator() {
    return evaluator;
  }

  @Override
  public BitSet accumulate(Slice part, boolean missingAllowed) throws IOException {
    ClassResults results = ClassResults.read(input.predictions());
    List<String> names = names();
    Map<String, ClassResults.Entry> predictions = ClassMatch.of(names, results, input.warnings());
    List<String> missing = new ArrayList<>();
    int to = part.to(names.size());
    for (int i = part.from(names.size()); i < to; i++) {
      ClassResults.Entry found = predictions.get(names.get(i));
      if (found == null) {
        missing.add(names.get(i));
      } else {
        int[] labels = labels(found);
        evaluator.accumulate(i, labels);
        int shown = Math.min(ClassificationEvaluator.BEST, labels.length);
        classified.add(
            new Classified(
                names.get(i),
                truth.entries().get(i).label(),
                Arrays.copyOf(labels, shown),
                found.scores().stream().limit(shown).mapToDouble(s -> s).toArray()));
      }
    }
    if (!missingAllowed && !missing.isEmpty()) {
      throw new FormatException(
          String.format(
              Locale.ROOT,
              "%s: %d of the %d images of %s have no prediction; the first is %s",
              results.source(),
              missing.size(),
              to - part.from(names.size()),
              truth.folder(),
              missing.get(0)));
    }
    return evaluator.accumulated();
  }

  private int[] labels(ClassResults.Entry found) throws FormatException {
    String place = found.place();
    if (found.classes().size() < evaluator.needed()) {
      throw new FormatException(
          String.format(
              Locale.ROOT,
              "%s has %d of the image's best classes; expected %d or more, best first",
              place,
              found.classes().size(),
              evaluator.needed()));
    }
    int[] labels = new int[found.classes().size()];
    for (int i = 0; i < labels.length; i++) {
      String name = found.classes().get(i);
      labels[i] = truth.classes().indexOf(name);
      if (labels[i] < 0) {
        input
            .warnings()
            .add(
                "predicted classes without a directory (counted as wrong)",
                () -> place + ": '" + name + "'");
      }
    }
    return labels;
  }

  @Override
  public boolean isWholeWithoutPredictions() {
    return false;
  }

  @Override
  public ClassificationScore score() {
    ClassificationEvaluation evaluation = evaluator.summarise();
    boolean all = classified.size() == evaluation.images();
    return new ClassificationScore(
        evaluation,
        Bootstrap.USUAL.intervals(evaluation),
        all ? Optional.of(classified) : Optional.empty());
  }
}
