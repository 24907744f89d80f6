package dev.dovetail.spark;

import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.tasks.ClassMapping;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** A ground truth in COCO's panoptic format: a JSON file and a directory of PNG files. */
final class PanopticMapsTruth implements Truth<PanopticEvaluator, PanopticEvaluation> {

  private final StoredFiles files;
  private final PanopticDataset dataset;
  private final String maps;
  private final PanopticEvaluator evaluator;
  private final ImageNames images;
  private final ClassMapping mapping;

  /**
   * @param maps the directory of the PNG files
   * @param classes the names of the model's classes; empty for the categories by ascending id
   * @throws IllegalArgumentException if a class is not a category
   */
  PanopticMapsTruth(StoredFiles files, PanopticDataset dataset, String maps, List<String> classes) {
    this.files = files;
    this.dataset = dataset;
    this.maps = maps;
    this.evaluator = new PanopticEvaluator(dataset, new Warnings(Strictness.LENIENT));
    this.images =
        new ImageNames(
            dataset.annotations().stream()
                .map(annotation -> ImageNames.withoutEnding(annotation.fileName()))
                .toList(),
            dataset.source());
    List<CocoCategory> categories =
        dataset.categories().stream().map(c -> new CocoCategory(c.id(), c.name(), "")).toList();
    this.mapping =
        ClassMapping.of(
            classes,
            classes.isEmpty() ? categories.size() : classes.size(),
            categories,
            dataset.source());
  }

  @Override
  public ImageNames images() {
    return images;
  }

  @Override
  public int find(String path) {
    return images.find(ImageNames.withoutEnding(path));
  }

  @Override
  public PanopticEvaluator empty() {
    return evaluator.slice();
  }

  @Override
  public void accumulate(PanopticEvaluator into, int image, String path, Row result)
      throws IOException {
    PanopticAnnotation annotation = dataset.annotations().get(image);
    String file = maps + "/" + annotation.fileName();
    IdMap truth = IdPng.read(new ImageBytes(file, files.read(file)));
    PanopticMap predicted = ResultColumns.segments(result, path);
    List<PanopticSegment> segments =
        predicted.segments().stream()
            .map(s -> new PanopticSegment(s.id(), category(s.label(), path), s.area(), false))
            .toList();
    into.accumulate(
        truth,
        new PanopticAnnotation(path, annotation.imageId(), annotation.fileName(), segments),
        predicted.map());
  }

  private long category(int label, String path) {
    int labels = mapping.categoryIds().length;
    if (label < 0 || label >= labels) {
      throw new IllegalArgumentException(
          path + ": the label " + label + " is not one of the " + labels + " classes");
    }
    return mapping.categoryIds()[label];
  }

  @Override
  public PanopticEvaluation summarise(PanopticEvaluator all) {
    return all.summarise();
  }

  /** {@return {@code PQ}, {@code SQ} and {@code RQ} of all categories, then of things and stuff} */
  @Override
  public Map<String, Double> metrics(PanopticEvaluation evaluation) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    evaluation
        .overall()
        .forEach(
            (group, quality) -> {
              String suffix = metrics.isEmpty() ? "" : " " + group;
              metrics.put("PQ" + suffix, quality.pq());
              metrics.put("SQ" + suffix, quality.sq());
              metrics.put("RQ" + suffix, quality.rq());
            });
    return metrics;
  }
}
