package dev.dovetail.eval.classification;

import dev.dovetail.eval.bootstrap.Resamplable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Top-1 and top-5 accuracy ({@code accuracy} in torchvision and timm). Metrics are fractions; NaN
 * represents 0/0.
 */
public final class ClassificationEvaluation implements Resamplable {

  /** The name of top-1 accuracy: the fraction of images whose best class is correct. */
  public static final String TOP1 = "top1";

  /** The name of top-5 accuracy: the fraction of images whose true class is among the best five. */
  public static final String TOP5 = "top5";

  private final List<String> classes;
  private final int[] labels;
  private final byte[] ranks;

  /** The true classes of the images, and the rank of each in the prediction. */
  ClassificationEvaluation(List<String> classes, int[] labels, byte... ranks) {
    this.classes = classes;
    this.labels = labels;
    this.ranks = ranks;
  }

  @Override
  public int images() {
    return labels.length;
  }

  /** {@return top1 and, with six or more classes, top5. With fewer classes, top5 is always 1} */
  @Override
  public List<String> names() {
    return classes.size() > ClassificationEvaluator.BEST ? List.of(TOP1, TOP5) : List.of(TOP1);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String classMetric() {
    return TOP1;
  }

  @Override
  public double[] values(int[] times) {
    long all = 0;
    long amongBest = 0;
    long[] ofClass = new long[classes.size()];
    long[] right = new long[classes.size()];
    for (int i = 0; i < times.length; i++) {
      all += times[i];
      amongBest += ranks[i] < ClassificationEvaluator.BEST ? times[i] : 0;
      ofClass[labels[i]] += times[i];
      right[labels[i]] += ranks[i] == 0 ? times[i] : 0;
    }
    int numbers = names().size();
    double[] values = new double[numbers + classes.size()];
    values[0] = (double) Arrays.stream(right).sum() / all;
    if (numbers > 1) {
      values[1] = (double) amongBest / all;
    }
    for (int c = 0; c < classes.size(); c++) {
      values[numbers + c] = (double) right[c] / ofClass[c];
    }
    return values;
  }

  private double[] values() {
    int[] once = new int[images()];
    Arrays.fill(once, 1);
    return values(once);
  }

  /** {@return the metrics over the whole data set by name} */
  public Map<String, Double> summary() {
    double[] values = values();
    Map<String, Double> summary = new LinkedHashMap<>();
    names().forEach(name -> summary.put(name, values[summary.size()]));
    return summary;
  }

  /** {@return {@code [classes]}: the top-1 accuracy of each class} */
  public double[] top1OfClasses() {
    double[] values = values();
    return Arrays.copyOfRange(values, names().size(), values.length);
  }

  /** {@return {@code [classes]}: the number of images of each class} */
  public long[] imagesOfClasses() {
    long[] count = new long[classes.size()];
    for (int label : labels) {
      count[label]++;
    }
    return count;
  }
}
