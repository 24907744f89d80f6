package dev.dovetail.eval.semantic;

import dev.dovetail.eval.bootstrap.Resamplable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What each image contributes to an evaluation of label maps, of the classes that it holds: the
 * numbers for images that count any number of times.
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
   * No images yet; all are to be added before numbers are asked for.
   *
   * @param classes the names of the classes
   * @param unknown what stands for 0/0, as {@link SemanticEvaluation#withUnknown}
   */
  public SemanticImages(List<String> classes, double unknown) {
    this.classes = List.copyOf(classes);
    this.unknown = unknown;
  }

  /**
   * Adds an image, evaluated by itself.
   *
   * @param image the image's areas
   */
  public void add(SemanticEvaluation image) {
    images.add(Image.of(image));
  }

  /**
   * Adds the images of another set after the own ones.
   *
   * @param others the other set
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
