package dev.dovetail.eval.semantic;

import dev.dovetail.eval.NumpySum;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * The result of an evaluation of label maps: pixel counts of every class and the ratios computed
 * from them ({@code IoUMetric} in mmsegmentation 1.x, with exact integers and double ratios).
 * Ratios are fractions. NaN represents 0/0, which is excluded from means unless {@link
 * #withUnknown} specifies another value.
 */
public final class SemanticEvaluation {

  /**
   * The largest number of classes with a confusion matrix. With more classes, only the areas are
   * kept.
   */
  private static final int MATRIX_CLASSES = 2048;

  private final int classes;
  private final long[] intersect;
  private final long[] union;
  private final long[] predicted;
  private final long[] labelled;
  private final long[] matrix;
  private final double unknown;

  /**
   * A builder of pixel counts. The class index {@code classes} represents a value that is not a
   * class.
   */
  static final class Counts {
    private final int classes;
    private final long[] intersect;
    private final long[] predicted;
    private final long[] labelled;
    private final long[] matrix;

    Counts(int classes) {
      this(classes, classes <= MATRIX_CLASSES);
    }

    Counts(int classes, boolean pairs) {
      this.classes = classes;
      intersect = new long[classes];
      predicted = new long[classes];
      labelled = new long[classes];
      matrix = new long[pairs ? classes * classes : 0];
    }

    void addAreas(int ofClass, long both, long asPredicted, long asLabelled) {
      intersect[ofClass] += both;
      predicted[ofClass] += asPredicted;
      labelled[ofClass] += asLabelled;
    }

    void addCommon(int label, int prediction, long count) {
      intersect[label] += label == prediction ? count : 0;
      matrix[label * classes + prediction] += count;
    }

    void add(int label, int prediction, long count) {
      if (label < classes) {
        labelled[label] += count;
      }
      if (prediction < classes) {
        predicted[prediction] += count;
      }
      if (label == prediction && label < classes) {
        intersect[label] += count;
      }
      if (label < classes && prediction < classes && matrix.length > 0) {
        matrix[label * classes + prediction] += count;
      }
    }
  }

  SemanticEvaluation(Counts counts) {
    classes = counts.classes;
    intersect = counts.intersect;
    predicted = counts.predicted;
    labelled = counts.labelled;
    matrix = counts.matrix;
    unknown = Double.NaN;
    union = new long[classes];
    for (int c = 0; c < classes; c++) {
      union[c] = predicted[c] + labelled[c] - intersect[c];
    }
  }

  private SemanticEvaluation(SemanticEvaluation same, double unknown) {
    classes = same.classes;
    intersect = same.intersect;
    predicted = same.predicted;
    labelled = same.labelled;
    matrix = same.matrix;
    union = same.union;
    this.unknown = unknown;
  }

  /**
   * {@return this evaluation with another value for 0/0 ({@code nan_to_num} in mmsegmentation)}
   * With 0, a class that does not occur counts as never found, as in ADE20K's script.
   *
   * @param value the value for 0/0
   */
  public SemanticEvaluation withUnknown(double value) {
    return new SemanticEvaluation(this, value);
  }

  /**
   * {@return the evaluation of groups of classes, in which a pixel predicted as another class of
   * the same group is correct}
   *
   * @param group {@code [classes]}: the group of each class, starting at 0
   * @throws IllegalStateException above 2048 classes, see {@link #confusion}
   */
  public SemanticEvaluation grouped(int... group) {
    Counts counts = new Counts(Arrays.stream(group).max().orElseThrow() + 1);
    for (int c = 0; c < classes; c++) {
      counts.addAreas(group[c], 0, predicted[c], labelled[c]);
      for (int other = 0; other < classes; other++) {
        counts.addCommon(group[c], group[other], confusion(c, other));
      }
    }
    return new SemanticEvaluation(counts);
  }

  /** {@return the number of classes} */
  public int classes() {
    return classes;
  }

  /** {@return {@code [classes]}: pixels where label and prediction are the class} */
  public long[] intersect() {
    return intersect.clone();
  }

  /** {@return {@code [classes]}: pixels where label or prediction is the class} */
  public long[] union() {
    return union.clone();
  }

  /** {@return {@code [classes]}: pixels predicted as the class} */
  public long[] predicted() {
    return predicted.clone();
  }

  /** {@return {@code [classes]}: pixels labeled as the class} */
  public long[] labelled() {
    return labelled.clone();
  }

  /** {@return whether {@link #confusion} is available} */
  public boolean hasConfusion() {
    return matrix.length > 0;
  }

  /**
   * Returns the number of pixels of one class that were predicted as another.
   *
   * @param label the class of the ground truth
   * @param prediction the predicted class
   * @return the number of pixels
   * @throws IllegalStateException above 2048 classes, where only the areas are kept
   */
  public long confusion(int label, int prediction) {
    if (matrix.length == 0) {
      throw new IllegalStateException(
          "the confusion matrix of " + classes + " classes is not kept, only their areas");
    }
    return matrix[label * classes + prediction];
  }

  /** {@return intersection over union, {@code [classes]}} */
  public double[] iou() {
    return each(c -> ratio(intersect[c], union[c]));
  }

  /**
   * {@return the fraction of labeled pixels that were found, {@code [classes]}; also called recall}
   */
  public double[] accuracy() {
    return each(c -> ratio(intersect[c], labelled[c]));
  }

  /** {@return twice the intersection divided by the sum of both areas, {@code [classes]}} */
  public double[] dice() {
    return each(c -> ratio(2 * intersect[c], predicted[c] + labelled[c]));
  }

  /** {@return the fraction of predicted pixels that are correct, {@code [classes]}} */
  public double[] precision() {
    return each(c -> ratio(intersect[c], predicted[c]));
  }

  /** {@return the harmonic mean of precision and recall; if both are 0, NaN, unlike Dice} */
  public double[] fscore() {
    return each(
        c -> {
          double p = ratio(intersect[c], predicted[c]);
          double r = ratio(intersect[c], labelled[c]);
          return 2 * (p * r) / (p + r);
        });
  }

  /** {@return the fraction of all labeled pixels that are correct (aAcc)} */
  public double overallAccuracy() {
    long right = 0;
    long all = 0;
    for (int c = 0; c < classes; c++) {
      right += intersect[c];
      all += labelled[c];
    }
    return known(ratio(right, all));
  }

  /** {@return the ratios of every class by mmsegmentation's names: IoU, Acc, Dice, Fscore, …} */
  public Map<String, double[]> perClass() {
    Map<String, double[]> values = new LinkedHashMap<>();
    values.put("IoU", iou());
    values.put("Acc", accuracy());
    values.put("Dice", dice());
    values.put("Fscore", fscore());
    values.put("Precision", precision());
    values.put("Recall", accuracy());
    return values;
  }

  /**
   * {@return the overall metrics by mmsegmentation's names: aAcc, mIoU, mAcc, mDice, mFscore, …}
   */
  public Map<String, Double> summary() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("aAcc", overallAccuracy());
    perClass().forEach((name, ratios) -> values.put("m" + name, mean(ratios)));
    return values;
  }

  private double[] each(IntToDoubleFunction value) {
    double[] values = new double[classes];
    for (int c = 0; c < classes; c++) {
      values[c] = known(value.applyAsDouble(c));
    }
    return values;
  }

  private static double ratio(long part, long whole) {
    return (double) part / whole;
  }

  private double known(double value) {
    return Double.isNaN(value) ? unknown : value;
  }

  /** Computes {@code numpy.nanmean}: NaN adds 0 and is not counted. */
  private static double mean(double[] values) {
    double[] known = new double[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        known[i] = values[i];
        count++;
      }
    }
    return NumpySum.of(known, known.length) / count;
  }
}
