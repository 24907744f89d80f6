package dev.dovetail.cli.score;

import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.data.semantic.LabelPng;
import dev.dovetail.data.semantic.LabelRange;
import dev.dovetail.eval.Slices;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.models.evaluation.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Scores a folder of predicted label maps against one of ground truth, file by file. */
final class LabelMapScore {

  /**
   * How files are matched.
   *
   * @param truth matches the paths of ground truths below their folder; group 1 is the name
   * @param prediction the same of predictions
   */
  record Naming(Pattern truth, Pattern prediction) {

    /** Files of one name. */
    static final Naming SAME =
        new Naming(Pattern.compile("(.*)\\.png"), Pattern.compile("(.*)\\.png"));

    /** Cityscapes: {@code X_gtFine_labelIds.png} and {@code X_leftImg8bit.png}. */
    static final Naming CITYSCAPES =
        new Naming(
            Pattern.compile("(.*?)(?:_gtFine)?_labelIds\\.png"),
            Pattern.compile("(.*?)(?:_leftImg8bit)?\\.png"));
  }

  private record Pair(Path truth, Path prediction) {}

  private final Path truths;
  private final Path predictions;
  private final Naming naming;
  private final int classes;
  private final LabelMapping mapping;
  private final Warnings warnings;
  private final Progress progress;

  private LabelMapScore(
      Path truths,
      Path predictions,
      Naming naming,
      int classes,
      LabelMapping mapping,
      Warnings warnings,
      Progress progress) {
    this.truths = truths;
    this.predictions = predictions;
    this.naming = naming;
    this.classes = classes;
    this.mapping = mapping;
    this.warnings = warnings;
    this.progress = progress;
  }

  /**
   * The metrics of all label maps, on all processors; the result does not depend on their number.
   *
   * @throws IOException if a folder is missing or empty, a ground truth has no prediction, or a
   *     file is no label map of its partner's size
   */
  static SemanticEvaluation of(
      Path truths,
      Path predictions,
      Naming naming,
      int classes,
      LabelMapping mapping,
      Warnings warnings,
      Progress progress)
      throws IOException {
    return new LabelMapScore(truths, predictions, naming, classes, mapping, warnings, progress)
        .run();
  }

  private SemanticEvaluation run() throws IOException {
    List<Pair> pairs = pairs();
    progress.start(pairs.size(), 0);
    SemanticEvaluator whole = new SemanticEvaluator(classes, mapping);
    Slices.of(pairs.size(), (from, to) -> slice(whole.slice(), pairs.subList(from, to)))
        .forEach(whole::merge);
    return whole.summarise();
  }

  /** The ground truths with their predictions, by name. */
  private List<Pair> pairs() throws IOException {
    SortedMap<String, Path> wanted = files(truths, naming.truth(), "--gt");
    SortedMap<String, Path> found = files(predictions, naming.prediction(), "--dt");
    List<String> missing = wanted.keySet().stream().filter(n -> !found.containsKey(n)).toList();
    if (!missing.isEmpty()) {
      throw new IOException(
          String.format(
              "%d of the %d label maps in %s %s no prediction; the first should be %s",
              missing.size(),
              wanted.size(),
              truths,
              missing.size() == 1 ? "has" : "have",
              predictions.resolve(missing.get(0) + ".png")));
    }
    for (Map.Entry<String, Path> prediction : found.entrySet()) {
      if (!wanted.containsKey(prediction.getKey())) {
        warnings.add(
            "predictions without a ground truth (left out)", prediction.getValue()::toString);
      }
    }
    return wanted.entrySet().stream()
        .map(e -> new Pair(e.getValue(), found.get(e.getKey())))
        .toList();
  }

  private static SortedMap<String, Path> files(Path folder, Pattern pattern, String option)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          option + " " + folder + " is no folder; expected one with a PNG label map per image");
    }
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) below::iterator) {
        Matcher m = pattern.matcher(folder.relativize(file).toString());
        if (m.matches()) {
          files.put(m.group(1), file);
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(option + " " + folder + " holds no label map (files NAME.png)");
    }
    return files;
  }

  private SemanticEvaluator slice(SemanticEvaluator evaluator, List<Pair> pairs)
      throws IOException {
    for (Pair pair : pairs) {
      score(evaluator, pair.truth(), pair.prediction());
      progress.step();
    }
    return evaluator;
  }

  private void score(SemanticEvaluator evaluator, Path truthFile, Path predictionFile)
      throws IOException {
    LabelMap truth = LabelPng.read(truthFile);
    LabelMap prediction = LabelPng.read(predictionFile);
    if (!truth.size().equals(prediction.size())) {
      throw new IOException(
          String.format(
              "the prediction %s is %s pixels large, but its ground truth %s is %s",
              predictionFile, prediction.size(), truthFile, truth.size()));
    }
    if (mapping.table().isEmpty()) {
      Optional<String> complaint =
          new LabelRange(classes, mapping.reduceZeroLabel(), mapping.ignoreIndex())
              .complaint(truth, truthFile);
      if (complaint.isPresent()) {
        warnings.add("label maps with values that are no class", complaint::get);
      }
    }
    int largest = largest(prediction);
    if (largest >= classes) {
      warnings.add(
          "predictions with values that are no class (they count as wrong)",
          () ->
              predictionFile + " holds " + largest + ", but the classes are 0 to " + (classes - 1));
    }
    evaluator.accumulate(truth, prediction);
  }

  private static int largest(LabelMap map) {
    int largest = 0;
    for (int i = 0; i < map.size().pixels(); i++) {
      largest = Math.max(largest, map.at(i));
    }
    return largest;
  }
}
