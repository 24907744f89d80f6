package dev.dovetail.spark;

import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** A directory of label maps, which are matched with images by their paths without extension. */
final class SemanticTruth implements Truth<SemanticEvaluator, SemanticEvaluation> {

  private final StoredFiles files;
  private final List<String> maps;
  private final ImageNames images;
  private final int classes;
  private final LabelMapping mapping;

  /**
   * @param maps the files of label maps by the names of their images
   * @param classes the number of classes
   */
  SemanticTruth(
      StoredFiles files,
      Map<String, String> maps,
      String source,
      int classes,
      LabelMapping mapping) {
    this.files = files;
    this.maps = List.copyOf(maps.values());
    this.images = new ImageNames(List.copyOf(maps.keySet()), source);
    this.classes = classes;
    this.mapping = mapping;
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
  public SemanticEvaluator empty() {
    return new SemanticEvaluator(classes, mapping);
  }

  @Override
  public void accumulate(SemanticEvaluator into, int image, String path, Row result)
      throws IOException {
    String file = maps.get(image);
    LabelMap truth = LabelPng.read(new ImageBytes(file, files.read(file)));
    LabelMap prediction = ResultColumns.labelMap(result, path);
    if (!truth.size().equals(prediction.size())) {
      throw new IllegalArgumentException(
          "the label map "
              + (file + " has " + truth.size() + " pixels, but the prediction for " + path)
              + (" has " + prediction.size()));
    }
    into.accumulate(truth, prediction);
  }

  @Override
  public SemanticEvaluation summarise(SemanticEvaluator all) {
    return all.summarise();
  }

  @Override
  public Map<String, Double> metrics(SemanticEvaluation evaluation) {
    return evaluation.summary();
  }
}
