package dev.dovetail.tasks.classification;

import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Interval;
import dev.dovetail.eval.classification.ClassificationEvaluation;
import dev.dovetail.eval.classification.ClassificationEvaluator;
import dev.dovetail.eval.classification.ClassificationReport;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.classification.ImageFolder;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Top-1 and top-5 accuracy on a directory that contains one directory of images for each class. */
final class ImageFolderEvaluation implements Evaluation<ClassScores> {

  /** ImageNet's directory names: WordNet ids, whose order is that of the labels. */
  private static final String WORDNET_ID = "n[0-9]{8}";

  private final List<String> classes;
  private final List<Sample> samples;
  private final ClassificationEvaluator evaluator;

  private ImageFolderEvaluation(ImageFolder folder, int limit) {
    List<ImageFolder.Entry> entries = folder.entries().stream().limit(limit).toList();
    List<Sample> listed = new ArrayList<>();
    for (ImageFolder.Entry entry : entries) {
      listed.add(new Sample(listed.size(), entry.name(), entry.file(), Optional.empty()));
    }
    this.classes = folder.classes();
    this.samples = List.copyOf(listed);
    this.evaluator =
        new ClassificationEvaluator(
            classes, entries.stream().mapToInt(ImageFolder.Entry::label).toArray());
  }

  /**
   * @param names the model's class names in label order; empty if unknown
   * @param classes the number of classes of the model
   * @throws DataMismatchException if the annotations are a file or differ from the directory of
   *     images
   * @throws IllegalArgumentException if the number of names or directories is not that of the
   *     classes
   * @throws IOException if a class has no directory, or the directory cannot be read
   */
  static ImageFolderEvaluation of(EvaluationData data, List<String> names, int classes)
      throws IOException {
    Path folder = data.annotations();
    if (!Files.isDirectory(folder)) {
      throw new DataMismatchException(
          "--annotations "
              + folder
              + " is a file; a classifier needs the directory that contains a directory of images for"
              + " each class, the same as for --images");
    }
    if (!Files.isDirectory(data.images()) || !Files.isSameFile(data.images(), folder)) {
      throw new DataMismatchException(
          "--images "
              + data.images()
              + " and --annotations "
              + folder
              + " are different directories; a classifier's images are in the directories of their classes,"
              + " so both must be the directory that contains these");
    }
    ImageFolder images = ImageFolder.open(folder, order(data, names, classes), data.warnings());
    return new ImageFolderEvaluation(images, data.limit());
  }

  /**
   * Returns the names of the directories in the order of the labels; empty for all directories in
   * sorted order.
   */
  private static List<String> order(EvaluationData data, List<String> names, int classes)
      throws IOException {
    List<String> folders = ImageFolder.directories(data.annotations());
    if (names.isEmpty()) {
      if (!folders.isEmpty() && folders.size() != classes) {
        throw new IllegalArgumentException(
            data.annotations()
                + (" has directories for "
                    + folders.size()
                    + " classes, but the model has "
                    + classes)
                + " classes, and neither config nor checkpoint names them; specify the names as"
                + " 'classes' in the config");
      }
      return List.of();
    }
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "there are " + names.size() + " class names for the model's " + classes + " classes");
    }
    if (folders.size() == classes
        && !folders.contains(names.get(0))
        && folders.stream().allMatch(name -> name.matches(WORDNET_ID))) {
      data.warnings()
          .add(
              "directories named by WordNet ids are mapped to the model's classes in their order, as in"
                  + " ImageNet",
              () -> folders.get(0) + " for '" + names.get(0) + "'");
      return List.of();
    }
    return names;
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }

  @Override
  public ResultStore<ClassScores> store(OutputFolder folder) throws IOException {
    return new ClassScoresStore(folder, samples, classes);
  }

  /** {@inheritDoc} Only the best classes are kept, as in stored results. */
  @Override
  public ClassScores canonical(ClassScores result) {
    return BestClasses.alone(result);
  }

  @Override
  public void score(Sample sample, ClassScores result) {
    int[] best = BestClasses.of(result);
    synchronized (evaluator) {
      evaluator.accumulate(sample.index(), best);
    }
  }

  @Override
  public Metrics metrics() {
    ClassificationEvaluation evaluation = evaluator.summarise();
    List<Interval> intervals = Bootstrap.USUAL.intervals(evaluation);
    List<String> lines = new ArrayList<>(ClassificationReport.classes(evaluation));
    lines.add("");
    lines.addAll(ClassificationReport.summary(evaluation, Bootstrap.USUAL, intervals));
    return new Metrics(ClassificationReport.metrics(evaluation, intervals), lines);
  }
}
