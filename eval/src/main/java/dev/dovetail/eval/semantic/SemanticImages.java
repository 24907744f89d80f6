package dev.dovetail.eval.semantic;

import dev.dovetail.eval.bootstrap.Resamplable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The contribution of each image to an evaluation of label maps, for the classes that it contains.
 * Computes the metrics with a weight for each image.
 */
public final class SemanticImages implements Resamplable {

  private record Image(int[] classes, long[] intersect, long[] predicted, long[] labelled) {

    static Image of(SemanticEvaluation evaluation) {
      long[] intersect = evaluation.intersect();
      long[] predicted = evaluation.predicted();
      long[] labelled = evaluation.labelled();
      int[] classes =
          IntStream.range(0, intersect.length)
              .filter(c -> predicted[c] + labelled[c] > 0)
              .toArray();
      return new Image(
          classes, at(classes, intersect), at(classes, predicted), at(classes, labelled));
    }

    private static long[] at(int[] classes, long[] values) {
      return IntStream.of(classes).mapToLong(c -> values[c]).toArray();
    }
  }

  private final List<String> classes;
  private final double unknown;
  private final List<Image> images = new ArrayList<>();

  /**
   * Creates an object without images. All images must be added before metrics are requested.
   *
   * @param classes the names of the classes
   * @param unknown the value for 0/0, as in {@link SemanticEvaluation#withUnknown}
   */
  public SemanticImages(List<String> classes, double unknown) {
    this.classes = List.copyOf(classes);
    this.unknown = unknown;
  }

  /**
   * Adds an image.
   *
   * @param image the evaluation of this image only
   */
  public void add(SemanticEvaluation image) {
    images.add(Image.of(image));
  }

  /**
   * Appends the images of another data set.
   *
   * @param others the other data set
   */
  public void addAll(SemanticImages others) {
    images.addAll(others.images);
  }

  @Override
  public int images() {
    return images.size();
  }

  @Override
  public List<String> names() {
    return List.copyOf(new SemanticEvaluation(new SemanticEvaluation.Counts(1)).summary().keySet());
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String classMetric() {
    return "IoU";
  }

  @Override
  public double[] values(int[] times) {
    SemanticEvaluation.Counts counts = new SemanticEvaluation.Counts(classes.size(), false);
    for (int i = 0; i < times.length; i++) {
      Image image = images.get(i);
      for (int c = 0; times[i] > 0 && c < image.classes.length; c++) {
        counts.addAreas(
            image.classes[c],
            times[i] * image.intersect[c],
            times[i] * image.predicted[c],
            times[i] * image.labelled[c]);
      }
    }
    SemanticEvaluation evaluation = new SemanticEvaluation(counts).withUnknown(unknown);
    return DoubleStream.concat(
            evaluation.summary().values().stream().mapToDouble(Double::doubleValue),
            Arrays.stream(evaluation.iou()))
        .toArray();
  }
}
