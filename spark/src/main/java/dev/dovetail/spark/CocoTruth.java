package dev.dovetail.spark;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.tasks.ClassMapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Annotations of objects in the format of COCO or LVIS. */
final class CocoTruth implements Truth<CocoEvaluator, CocoEvaluation> {

  private final CocoDataset dataset;
  private final CocoParams params;
  private final CocoEvaluator evaluator;
  private final ImageNames images;
  private final ClassMapping mapping;

  /**
   * @param classes the names of the model's classes; empty for the categories by ascending id
   * @throws FormatException if an annotation lacks a field that the type needs
   * @throws IllegalArgumentException if a class is not a category
   */
  CocoTruth(CocoDataset dataset, CocoParams params, List<String> classes) throws FormatException {
    this.dataset = dataset;
    this.params = params;
    this.evaluator = new CocoEvaluator(dataset, params);
    this.images =
        new ImageNames(dataset.images().stream().map(CocoTruth::name).toList(), dataset.source());
    this.mapping =
        ClassMapping.withUnused(
            classes,
            classes.isEmpty() ? dataset.categories().size() : classes.size(),
            dataset.categories(),
            dataset.source());
  }

  /** LVIS lacks file names. Its images are those of COCO, which are named after their ids. */
  private static String name(CocoImage image) {
    return image.fileName().isEmpty()
        ? String.format(Locale.ROOT, "%012d.jpg", image.id())
        : image.fileName();
  }

  @Override
  public ImageNames images() {
    return images;
  }

  @Override
  public CocoEvaluator empty() {
    return evaluator.slice();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Detections are ordered by label, as in COCO's result lists. The order matters for detections
   * with equal scores.
   */
  @Override
  public void accumulate(CocoEvaluator into, int image, String path, Row result) {
    Detections all = ResultColumns.detections(result);
    int labels = mapping.categoryIds().length;
    for (int label : all.labels()) {
      if (label < 0 || label >= labels) {
        throw new IllegalArgumentException(
            path
                + (": the label " + label + " is not one of the " + labels + " classes; set the")
                + " names of the model's classes (setClasses)");
      }
    }
    Detections scored =
        all.select(
                IntStream.range(0, all.count())
                    .filter(i -> mapping.isCategory(all.labels()[i]))
                    .toArray())
            .byLabel();
    double[] scores = new double[scored.count()];
    long[] categories = new long[scored.count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = scored.scores()[i];
      categories[i] = mapping.categoryIds()[scored.labels()[i]];
    }
    long id = dataset.images().get(image).id();
    if (!params.type().needsMasks()) {
      into.accumulate(ImageDetections.ofBoxes(id, scored.xywh(), scores, categories));
    } else if (scored.hasMasks()) {
      into.accumulate(ImageDetections.ofMasks(id, scored.masks(), scores, categories));
    } else {
      throw new IllegalArgumentException(path + ": the result contains no masks; score its boxes");
    }
  }

  @Override
  public CocoEvaluation summarise(CocoEvaluator all) {
    return all.summarise();
  }

  @Override
  public Map<String, Double> metrics(CocoEvaluation evaluation) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    double[] stats = evaluation.stats();
    for (int i = 0; i < stats.length; i++) {
      metrics.put(evaluation.statNames().get(i), stats[i]);
    }
    return metrics;
  }
}
