package dev.dovetail.train.optim;

import java.util.List;

/** The learning rate of each iteration, computed like the hooks of mmcv 1.4. */
@FunctionalInterface
public interface Schedule {

  /**
   * {@return the learning rate of an iteration}
   *
   * @param base the base learning rate of the group
   * @param iteration the index of the iteration, from 0
   */
  double rate(double base, long iteration);

  /**
   * Returns a polynomial schedule that decreases to {@code least} at {@code end}.
   *
   * @param power the exponent of the remaining share of iterations
   * @param end the number of iterations
   * @param least the learning rate at the end
   * @return the schedule
   */
  static Schedule poly(double power, long end, double least) {
    requireEnd(end);
    return (base, iteration) ->
        (base - least) * Math.pow(1 - (double) Math.min(iteration, end) / end, power) + least;
  }

  /**
   * Returns a schedule that multiplies the learning rate by a factor at each milestone.
   *
   * @param milestones the iterations from which the learning rate is lower
   * @param factor the factor at each milestone
   * @return the schedule
   */
  static Schedule steps(List<Long> milestones, double factor) {
    List<Long> all = List.copyOf(milestones);
    return (base, iteration) ->
        base * Math.pow(factor, all.stream().filter(m -> m <= iteration).count());
  }

  /**
   * Returns half a cosine (Loshchilov and Hutter 2017, without restarts).
   *
   * @param end the number of iterations
   * @param least the learning rate at the end
   * @return the schedule
   */
  static Schedule cosine(long end, double least) {
    requireEnd(end);
    return (base, iteration) ->
        least
            + 0.5
                * (base - least)
                * (1 + Math.cos(Math.PI * Math.min(iteration, end) / (double) end));
  }

  /**
   * Returns this schedule with a linear warm-up: its learning rate is multiplied by a factor that
   * grows from {@code ratio} to 1.
   *
   * @param iterations the number of warm-up iterations; 0 for none
   * @param ratio the factor of iteration 0
   * @return the schedule
   */
  default Schedule afterWarmup(long iterations, double ratio) {
    return (base, iteration) -> {
      double rate = rate(base, iteration);
      return iteration < iterations
          ? rate * (1 - (1 - (double) iteration / iterations) * (1 - ratio))
          : rate;
    };
  }

  /**
   * {@return the learning rates of all groups}
   *
   * @param base the base learning rate, which each group scales
   * @param groups the groups
   * @param iteration the index of the iteration, from 0
   */
  default double[] rates(double base, List<ParameterGroup> groups, long iteration) {
    return groups.stream().mapToDouble(g -> rate(base * g.scale(), iteration)).toArray();
  }

  private static void requireEnd(long end) {
    if (end < 1) {
      throw new IllegalArgumentException(
          "a schedule has " + end + " iterations, expected at least 1");
    }
  }
}
