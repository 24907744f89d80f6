package dev.dovetail.tasks.segmentation;

import dev.dovetail.eval.cityscapes.CityscapesScores;
import dev.dovetail.eval.cityscapes.InstanceCounts;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.eval.semantic.SemanticReport;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.formats.semantic.SemanticDataset;
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
import java.util.Map;
import java.util.Optional;

/**
 * mIoU and related metrics on a directory of images and a directory of label maps. For Cityscapes
 * also the metrics of its own script.
 */
final class SemanticMapsEvaluation implements Evaluation<LabelMap> {

  private final EvaluationData data;
  private final List<SemanticDataset.Pair> pairs;
  private final SemanticDataset.Values contents;
  private final List<Sample> samples;
  private final List<String> names;
  private final LabelRange range;
  private final SemanticEvaluator evaluator;
  private final Optional<InstanceCounts> instances;

  private SemanticMapsEvaluation(
      EvaluationData data, SemanticDataset dataset, List<String> names, SemanticTask task)
      throws IOException {
    this.data = data;
    this.pairs = dataset.pairs().stream().limit(data.limit()).toList();
    this.contents = dataset.values();
    this.names = contents.areCityscapes() ? CityscapesLabel.classNames() : names;
    boolean reduceZero = task.labels().reduceZero();
    int ignore = task.labels().ignore();
    this.range = new LabelRange(task.classes(), reduceZero, ignore);
    this.evaluator =
        new SemanticEvaluator(
            task.classes(),
            contents.areCityscapes()
                ? LabelMapping.table(contents.table(), CityscapesLabel.NO_CLASS)
                : new LabelMapping(ignore, reduceZero, Map.of()));
    this.instances = contents.areCityscapes() ? instances() : Optional.empty();
    List<Sample> listed = new ArrayList<>();
    for (SemanticDataset.Pair pair : pairs) {
      listed.add(new Sample(listed.size(), pair.name(), pair.image(), Optional.empty()));
    }
    this.samples = List.copyOf(listed);
  }

  /**
   * @throws DataMismatchException if the annotations are a file, or they are those of Cityscapes
   *     but the model does not have its 19 classes
   */
  static SemanticMapsEvaluation of(EvaluationData unlocated, List<String> names, SemanticTask task)
      throws IOException {
    EvaluationData data = unlocated.located(AnnotationKind.LABEL_MAPS);
    if (!Files.isDirectory(data.annotations())) {
      throw new DataMismatchException(
          "--annotations "
              + data.annotations()
              + " is a file; a semantic model needs a directory of PNG files");
    }
    SemanticDataset dataset = SemanticDataset.open(data.images(), data.annotations());
    for (Path image : dataset.unlabelled()) {
      data.warnings().add("images without a label map (ignored)", image::toString);
    }
    for (Path map : dataset.unused()) {
      data.warnings().add("label maps without an image (ignored)", map::toString);
    }
    if (dataset.values().areCityscapes()) {
      requireCityscapes(names, task.classes(), data.annotations());
    }
    return new SemanticMapsEvaluation(data, dataset, names, task);
  }

  private static void requireCityscapes(List<String> names, int classes, Path annotations) {
    List<String> expected = CityscapesLabel.classNames();
    if (classes != expected.size() || (!names.isEmpty() && !names.equals(expected))) {
      throw new DataMismatchException(
          annotations
              + (" is Cityscapes', whose " + expected.size() + " classes are ")
              + String.join(", ", expected)
              + (", in this order, but the model has " + classes)
              + (names.isEmpty() ? "" : ": " + String.join(", ", names)));
    }
  }

  /** Returns the instance counts if the instances of all images are known. */
  private Optional<InstanceCounts> instances() throws IOException {
    for (SemanticDataset.Pair pair : pairs) {
      Path file = CityscapesFiles.instancesBeside(pair.labels());
      if (!Files.exists(file)) {
        data.warnings()
            .add("label maps without *_instanceIds.png (nIoU is not computed)", () -> "no " + file);
        return Optional.empty();
      }
    }
    return Optional.of(new InstanceCounts());
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }

  @Override
  public ResultStore<LabelMap> store(OutputFolder folder) {
    return new LabelMapStore(folder, contents.areCityscapes() ? CityscapesLabel.ids() : Map.of());
  }

  @Override
  public void score(Sample sample, LabelMap result) throws IOException {
    SemanticDataset.Pair pair = pairs.get(sample.index());
    LabelMap truth = pair.readLabels(result.size());
    if (!contents.areCityscapes()) {
      checkRange(truth, pair.labels());
    }
    InstanceCounts counted = new InstanceCounts();
    if (instances.isPresent()) {
      Path file = CityscapesFiles.instancesBeside(pair.labels());
      LabelMap ids = result.mapped(CityscapesLabel.ids(), CityscapesLabel.NO_CLASS);
      counted.accumulate(sample.index(), LabelPng.read(file, pair.image(), result.size()), ids);
    }
    synchronized (evaluator) {
      evaluator.accumulate(truth, result);
      instances.ifPresent(all -> all.merge(counted));
    }
  }

  private void checkRange(LabelMap truth, Path file) throws FormatException {
    Optional<String> complaint = range.complaint(truth, file);
    if (complaint.isPresent()) {
      data.warnings().add("label maps with values that are not a class", complaint::get);
    }
  }

  @Override
  public Metrics metrics() throws IOException {
    Optional<String> complaint = evaluator.complaint();
    if (complaint.isPresent()) {
      data.warnings().add("classes without ground truth", complaint::get);
    }
    SemanticEvaluation evaluation = evaluator.summarise();
    List<String> lines = new ArrayList<>(SemanticReport.classes(evaluation, names));
    lines.add("");
    lines.addAll(SemanticReport.summary(evaluation));
    Map<String, Object> values = SemanticReport.metrics(evaluation, names);
    if (contents.areCityscapes()) {
      CityscapesScores scores = CityscapesScores.of(evaluation, instances);
      lines.add("");
      lines.addAll(scores.lines());
      values.put("cityscapes", scores.values());
    }
    return new Metrics(values, lines);
  }
}
