package dev.dovetail.eval.bootstrap;

import java.util.List;

/**
 * A scored data set whose metrics can be computed as if each image were in it any number of times.
 * Immutable and thread-safe.
 */
public interface Resamplable {

  /** {@return the number of images} */
  int images();

  /** {@return the names of the metrics over the whole data set} */
  List<String> names();

  /** {@return the names of the classes} */
  List<String> classes();

  /** {@return the name of the metric by class} */
  String classMetric();

  /**
   * {@return the metrics over the whole data set, followed by those of the classes; NaN for a
   * missing value}
   *
   * @param times {@code [images]}: how often each image is in the data set; all 1 for the original
   *     data set
   */
  double[] values(int[] times);
}
