package dev.dovetail.train.optim;

import java.util.List;

/** The learning rate of each iteration, as the hooks of mmcv 1.4 compute it. */
@FunctionalInterface
public interface Schedule {

  /**
   * {@return the learning rate of an iteration}
   *
   * @param base the group's own rate
   * @param iteration counted from 0
   */
  double rate(double base, long iteration);

  /**
   * A rate that falls to {@code least} at {@code end}.
   *
   * @param power of what is left of the training
   * @param end the number of iterations
   * @param least the rate at the end
   * @return the schedule
   */
  static Schedule poly(double power, long end, double least) {
    requireEnd(end);
    return (base, iteration) ->
        (base - least) * Math.pow(1 - (double) Math.min(iteration, end) / end, power) + least;
  }

  /**
   * A rate that falls by a factor at each milestone.
   *
   * @param milestones the iterations from which it is lower
   * @param factor from one milestone to the next
   * @return the schedule
   */
  static Schedule steps(List<Long> milestones, double factor) {
    List<Long> all = List.copyOf(milestones);
    return (base, iteration) ->
        base * Math.pow(factor, all.stream().filter(m -> m <= iteration).count());
  }

  /**
   * Half a cosine (Loshchilov and Hutter 2017, without restarts).
   *
   * @param end the number of iterations
   * @param least the rate at the end
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
   * This schedule after a start that rises evenly to it: what this gives, times a factor that grows
   * from {@code ratio} to 1.
   *
   * @param iterations how long it rises; 0 for no start
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
   * @param base the training's rate, which each group scales
   * @param groups the groups
   * @param iteration counted from 0
   */
  default double[] rates(double base, List<ParameterGroup> groups, long iteration) {
    return groups.stream().mapToDouble(g -> rate(base * g.scale(), iteration)).toArray();
  }

  private static void requireEnd(long end) {
    if (end < 1) {
      throw new IllegalArgumentException("a schedule of " + end + " iterations has no end");
    }
  }
}
