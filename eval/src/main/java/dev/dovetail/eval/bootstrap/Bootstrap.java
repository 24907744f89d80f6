package dev.dovetail.eval.bootstrap;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * The bootstrap over images (Efron and Tibshirani 1993): images are drawn with replacement, of two
 * results the same for both, and every number is computed anew from what was drawn. The interval is
 * that between the percentiles of the number, or of the differences of two results. It tells what
 * another draw of images of the same kind would change; it knows nothing of another training run.
 *
 * @param resamples how many sets are drawn
 * @param seed of the draws; the same seed gives the same intervals on any number of processors
 * @param confidence share of what was drawn that lies within an interval, such as 0.95
 */
public record Bootstrap(int resamples, long seed, double confidence) {

  private static final double PERCENT = 100;

  /**
   * Checks.
   *
   * @param resamples how many sets are drawn
   * @param seed of the draws; the same seed gives the same intervals on any number of processors
   * @param confidence share of what was drawn that lies within an interval, such as 0.95
   * @throws IllegalArgumentException if there are no resamples, or the confidence is not between 0
   *     and 1
   */
  public Bootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "the bootstrap has " + resamples + " resamples; expected 1 or more, such as 1000");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "the confidence is " + confidence + "; expected a share between 0 and 1, such as 0.95");
    }
  }

  /**
   * Intervals of the numbers of one result, on all processors.
   *
   * @param result the result
   * @return the numbers of the whole set with their intervals
   */
  public List<Interval> intervals(Resamplable result) {
    double[] value = result.values(once(result.images()));
    double[][] drawn = drawn(result.images(), result::values, () -> {});
    List<String> names = result.names();
    return IntStream.range(0, names.size())
        .mapToObj(
            i -> {
              double[] ends = ends(i, drawn);
              return new Interval(names.get(i), value[i], ends[0], ends[1]);
            })
        .toList();
  }

  /**
   * Compares two results, on all processors.
   *
   * @param one what the differences are taken from
   * @param other the other result
   * @return the differences with their intervals
   * @throws IllegalArgumentException if they are not of the same images, numbers and classes
   */
  public Comparison compare(Resamplable one, Resamplable other) {
    return compare(one, other, () -> {});
  }

  /**
   * The same.
   *
   * @param one what the differences are taken from
   * @param other the other result
   * @param afterEach run after each resample, by any thread
   * @return the differences with their intervals
   */
  public Comparison compare(Resamplable one, Resamplable other, Runnable afterEach) {
    require(one.images(), other.images(), "images");
    require(one.names(), other.names(), "numbers");
    require(one.classes(), other.classes(), "classes");
    int[] once = once(one.images());
    double[] value = one.values(once);
    double[] otherValue = other.values(once);
    double[][] drawn =
        drawn(one.images(), times -> minus(one.values(times), other.values(times)), afterEach);
    int names = one.names().size();
    return new Comparison(
        this,
        one.images(),
        IntStream.range(0, names)
            .mapToObj(i -> difference(one.names().get(i), i, value, otherValue, drawn))
            .toList(),
        one.classMetric(),
        IntStream.range(names, value.length)
            .mapToObj(i -> difference(one.classes().get(i - names), i, value, otherValue, drawn))
            .toList());
  }

  private static int[] once(int images) {
    int[] once = new int[images];
    Arrays.fill(once, 1);
    return once;
  }

  private double[][] drawn(int images, Function<int[], double[]> values, Runnable afterEach) {
    return IntStream.range(0, resamples)
        .parallel()
        .mapToObj(i -> times(i, images))
        .map(values)
        .peek(drawn -> afterEach.run())
        .toArray(double[][]::new);
  }

  private static void require(Object one, Object other, String what) {
    if (!one.equals(other)) {
      throw new IllegalArgumentException(
          "the two results have different " + what + ": " + one + " and " + other);
    }
  }

  /** How often each image is in a set drawn; a generator of its own keeps it from the threads. */
  private int[] times(int resample, int images) {
    RandomGenerator random =
        new Well19937c(new int[] {(int) (seed >>> Integer.SIZE), (int) seed, resample});
    int[] times = new int[images];
    for (int i = 0; i < images; i++) {
      times[random.nextInt(images)]++;
    }
    return times;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  private Difference difference(
      String name, int i, double[] value, double[] other, double[][] drawn) {
    double[] ends = ends(i, drawn);
    return new Difference(name, value[i], other[i], value[i] - other[i], ends[0], ends[1]);
  }

  /** The lower and the upper end of an interval; NaN where no draw has a value. */
  private double[] ends(int i, double[][] drawn) {
    double[] known =
        Arrays.stream(drawn).mapToDouble(d -> d[i]).filter(d -> !Double.isNaN(d)).toArray();
    double tail = PERCENT * (1 - confidence) / 2;
    // Commons Math gives NaN for no values.
    return new double[] {
      new Percentile(tail).evaluate(known), new Percentile(PERCENT - tail).evaluate(known)
    };
  }

  /** {@return what an interval is called: {@code 95 %}} */
  public String percent() {
    return Math.round(PERCENT * confidence) + " %";
  }
}
