package dev.dovetail.eval.bootstrap;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * The bootstrap over images (Efron and Tibshirani 1993): images are drawn with replacement, and
 * every metric is computed on each sample. To compare two results, the same images are drawn for
 * both. The interval lies between two percentiles of the metric or of its difference. It measures
 * the variation due to the choice of images, but not the variation between training runs.
 *
 * @param resamples the number of samples
 * @param seed of the random generator; the same seed produces the same intervals on any number of
 *     processors
 * @param confidence fraction of the samples within an interval, such as 0.95
 */
public record Bootstrap(int resamples, long seed, double confidence) {

  /** 1000 resamples, seed 0, 95 %. */
  public static final Bootstrap USUAL = new Bootstrap(1000, 0, 0.95);

  private static final double PERCENT = 100;

  /**
   * Validates the parameters.
   *
   * @param resamples the number of samples
   * @param seed of the random generator; the same seed produces the same intervals on any number of
   *     processors
   * @param confidence fraction of the samples within an interval, such as 0.95
   * @throws IllegalArgumentException if there are no resamples, or the confidence is not between 0
   *     and 1
   */
  public Bootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "the number of resamples is " + resamples + "; expected 1 or more, such as 1000");
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "the confidence is " + confidence + "; expected a number between 0 and 1, such as 0.95");
    }
  }

  /**
   * Computes the intervals of one result's metrics, on all processors.
   *
   * @param result the result
   * @return the metrics over the whole data set with their intervals
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
   * @param one the result from which the other is subtracted
   * @param other the other result
   * @return the differences with their intervals
   * @throws IllegalArgumentException if they do not have the same images, metrics and classes
   */
  public Comparison compare(Resamplable one, Resamplable other) {
    return compare(one, other, () -> {});
  }

  /**
   * Compares two results and reports progress.
   *
   * @param one the result from which the other is subtracted
   * @param other the other result
   * @param afterEach runs after each resample, on any thread
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

  /**
   * Returns how often each image is in a sample. Each sample has its own random generator, so the
   * result does not depend on threads.
   */
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

  /** Returns the lower and the upper end of an interval; NaN if no sample has a value. */
  private double[] ends(int i, double[][] drawn) {
    double[] known =
        Arrays.stream(drawn).mapToDouble(d -> d[i]).filter(d -> !Double.isNaN(d)).toArray();
    double tail = PERCENT * (1 - confidence) / 2;
    // Commons Math returns NaN without values.
    return new double[] {
      new Percentile(tail).evaluate(known), new Percentile(PERCENT - tail).evaluate(known)
    };
  }

  /** {@return the name of an interval: {@code 95 %}} */
  public String percent() {
    return Math.round(PERCENT * confidence) + " %";
  }
}
