package dev.dovetail.eval.bootstrap;

import java.util.Comparator;
import java.util.List;

/**
 * Two results on the same images, number by number.
 *
 * @param bootstrap what the intervals are made with
 * @param images number of images
 * @param numbers of the whole set
 * @param classMetric name of the number that each class has
 * @param classes that number of every class
 */
public record Comparison(
    Bootstrap bootstrap,
    int images,
    List<Difference> numbers,
    String classMetric,
    List<Difference> classes) {

  /** {@return the classes whose interval leaves 0 out, the largest difference first} */
  public List<Difference> moved() {
    return classes.stream()
        .filter(Difference::isMoved)
        .sorted(Comparator.comparingDouble((Difference d) -> Math.abs(d.difference())).reversed())
        .toList();
  }
}
