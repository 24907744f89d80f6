package dev.dovetail.eval.bootstrap;

import java.util.List;

/**
 * A scored set whose numbers can be had as if each image were in it any number of times. Immutable,
 * for any number of threads.
 */
public interface Resamplable {

  /** {@return number of images} */
  int images();

  /** {@return names of the numbers of the whole set} */
  List<String> names();

  /** {@return names of the classes that have a number each} */
  List<String> classes();

  /** {@return name of the number that each class has} */
  String classMetric();

  /**
   * {@return the numbers of the whole set, then those of the classes; NaN where there is no value}
   *
   * @param times {@code [images]}: how often each image is in the set; all 1 for the set as it is
   */
  double[] values(int[] times);
}
