package dev.dovetail.eval.bootstrap;

import java.util.Comparator;
import java.util.List;

/**
 * The comparison of two results on the same images.
 *
 * @param bootstrap the parameters of the intervals
 * @param images number of images
 * @param numbers metrics over the whole data set
 * @param classMetric name of the metric by class
 * @param classes that metric of every class
 */
public record Comparison(
    Bootstrap bootstrap,
    int images,
    List<Difference> numbers,
    String classMetric,
    List<Difference> classes) {

  /** {@return the classes whose interval excludes 0, the largest difference first} */
  public List<Difference> moved() {
    return classes.stream()
        .filter(Difference::isMoved)
        .sorted(Comparator.comparingDouble((Difference d) -> Math.abs(d.difference())).reversed())
        .toList();
  }
}
