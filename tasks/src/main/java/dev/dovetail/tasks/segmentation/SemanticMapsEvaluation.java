package dev.dovetail.tasks.segmentation;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.eval.semantic.SemanticReport;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.formats.semantic.SemanticDataset;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.Metrics;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** mIoU and what goes with it, over a folder of images and one of label maps. */
final class SemanticMapsEvaluation implements Evaluation<LabelMap> {

  private final EvaluationData data;
  private final List<SemanticDataset.Pair> pairs;
  private final List<Sample> samples;
  private final List<String> names;
  private final LabelRange range;
  private final SemanticEvaluator evaluator;

  private SemanticMapsEvaluation(
      EvaluationData data,
      List<SemanticDataset.Pair> pairs,
      List<String> names,
      SemanticTask task) {
    this.data = data;
    this.pairs = pairs;
    this.names = names;
    boolean reduceZero = task.labels().reduceZero();
    int ignore = task.labels().ignore();
    this.range = new LabelRange(task.classes(), reduceZero, ignore);
    this.evaluator =
        new SemanticEvaluator(task.classes(), new LabelMapping(ignore, reduceZero, Map.of()));
    List<Sample> listed = new ArrayList<>();
    for (SemanticDataset.Pair pair : pairs) {
      listed.add(new Sample(listed.size(), pair.name(), pair.image(), Optional.empty()));
    }
    this.samples = List.copyOf(listed);
  }

  /**
   * @throws DataMismatchException if the annotations are a file
   */
  static SemanticMapsEvaluation of(EvaluationData data, List<String> names, SemanticTask task)
      throws IOException {
    if (!Files.isDirectory(data.annotations())) {
      throw new DataMismatchException(
          "--annotations "
              + data.annotations()
              + " is a file; a semantic model needs a folder of PNGs");
    }
    SemanticDataset dataset = SemanticDataset.open(data.images(), data.annotations());
    for (Path image : dataset.unlabelled()) {
      data.warnings().add("images without a label map (left out)", image::toString);
    }
    for (Path map : dataset.unused()) {
      data.warnings().add("label maps without an image (left out)", map::toString);
    }
    return new SemanticMapsEvaluation(
        data, dataset.pairs().stream().limit(data.limit()).toList(), names, task);
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }

  @Override
  public ResultStore<LabelMap> store(OutputFolder folder) {
    return new LabelMapStore(folder);
  }

  @Override
  public void score(Sample sample, LabelMap result) throws IOException {
    SemanticDataset.Pair pair = pairs.get(sample.index());
    LabelMap truth = pair.readLabels(result.size());
    checkRange(truth, pair.labels());
    synchronized (evaluator) {
      evaluator.accumulate(truth, result);
    }
  }

  private void checkRange(LabelMap truth, Path file) throws FormatException {
    Optional<String> complaint = range.complaint(truth, file);
    if (complaint.isPresent()) {
      data.warnings().add("label maps with values that are no class", complaint::get);
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
    return new Metrics(values(evaluation), lines);
  }

  /**
   * {@code aAcc}, {@code mIoU}, {@code mAcc} and the others, and IoU and accuracy per class; null
   * for a class without ground truth.
   */
  private Map<String, Object> values(SemanticEvaluation evaluation) {
    Map<String, Object> values = new LinkedHashMap<>();
    evaluation.summary().forEach((name, value) -> values.put(name, present(value)));
    for (Map.Entry<String, double[]> ratio : evaluation.perClass().entrySet()) {
      Map<String, Object> perClass = new LinkedHashMap<>();
      for (int c = 0; c < evaluation.classes(); c++) {
        perClass.put(Presentation.name(names, c), present(ratio.getValue()[c]));
      }
      values.put(ratio.getKey() + "_per_class", perClass);
    }
    return values;
  }

  private static Double present(double value) {
    return Double.isNaN(value) || value == -1 ? null : value;
  }
}
