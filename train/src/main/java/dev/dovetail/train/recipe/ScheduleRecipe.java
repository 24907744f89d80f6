package dev.dovetail.train.recipe;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.train.optim.Schedule;
import java.util.Arrays;
import java.util.List;

/**
 * How the learning rate changes.
 *
 * @param type the curve
 * @param least the rate at the end of {@link Type#POLY} and {@link Type#COSINE}
 * @param power of what is left of the training, for {@link Type#POLY}
 * @param milestones when the rate falls, for {@link Type#STEP}: epochs, or iterations if the length
 *     of the training is given in iterations
 * @param factor how far it falls there
 * @param start how the rate rises at first
 */
public record ScheduleRecipe(
    Type type,
    double least,
    double power,
    List<Integer> milestones,
    double factor,
    @JsonUnwrapped Warmup start) {

  /** A curve. */
  public enum Type {
    /** The same rate from the first step to the last. */
    CONSTANT,
    /** Down by a factor at each milestone. */
    STEP,
    /** A power of what is left of the training. */
    POLY,
    /** Half a cosine. */
    COSINE
  }

  /**
   * The start, in which the rate rises evenly. In a config these are keys of the section itself.
   *
   * @param warmup how many iterations it takes; 0 for none
   * @param warmupRatio the share of the rate that it begins with
   */
  public record Warmup(int warmup, double warmupRatio) {

    /** No start of its own. */
    public static final Warmup NONE = new Warmup(0, 1);

    /**
     * @throws IllegalArgumentException if the length is negative or the share is not one
     */
    public Warmup {
      Recipe.requireAtLeast("warmup", warmup, 0);
      if (!(warmupRatio >= 0 && warmupRatio <= 1)) {
        throw new IllegalArgumentException(
            "warmupRatio is " + warmupRatio + ", expected at least 0 and at most 1");
      }
    }
  }

  /**
   * @throws IllegalArgumentException if a value is out of its range
   */
  public ScheduleRecipe {
    milestones = List.copyOf(milestones);
    if (!(least >= 0 && power > 0 && factor > 0)) {
      throw new IllegalArgumentException(
          "least is "
              + least
              + ", power "
              + power
              + " and factor "
              + factor
              + "; expected none below 0, and the last two above");
    }
    if (!milestones.stream().sorted().toList().equals(milestones)) {
      throw new IllegalArgumentException("milestones are " + milestones + ", expected ascending");
    }
  }

  static ScheduleRecipe step(Warmup warmup, Integer... milestones) {
    return new ScheduleRecipe(Type.STEP, 0, 1, Arrays.asList(milestones), 0.1, warmup);
  }

  static ScheduleRecipe poly(Warmup warmup) {
    return new ScheduleRecipe(Type.POLY, 0, 1, List.of(), 0.1, warmup);
  }

  static ScheduleRecipe cosine(Warmup warmup) {
    return new ScheduleRecipe(Type.COSINE, 0, 1, List.of(), 0.1, warmup);
  }

  /**
   * {@return the schedule}
   *
   * @param steps how many there are in the whole training
   * @param unit how many steps a unit of the milestones has
   */
  public Schedule of(long steps, long unit) {
    Schedule curve =
        switch (type) {
          case CONSTANT -> (base, iteration) -> base;
          case STEP -> Schedule.steps(milestones.stream().map(m -> m * unit).toList(), factor);
          case POLY -> Schedule.poly(power, steps, least);
          case COSINE -> Schedule.cosine(steps, least);
        };
    return curve.afterWarmup(start.warmup(), start.warmupRatio());
  }
}
