package dev.dovetail.train.recipe;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.train.optim.Schedule;
import java.util.Arrays;
import java.util.List;

/**
 * The schedule of the learning rate.
 *
 * @param type the curve
 * @param minLearningRate the final rate of {@link Type#POLY} and {@link Type#COSINE}
 * @param power the exponent of {@link Type#POLY}
 * @param milestones when {@link Type#STEP} lowers the rate: epochs, or iterations if the length of
 *     training is specified in iterations
 * @param gamma the factor of the rate at each milestone
 * @param start the warm-up
 */
public record ScheduleRecipe(
    Type type,
    double minLearningRate,
    double power,
    List<Integer> milestones,
    double gamma,
    @JsonUnwrapped Warmup start) {

  /** The shape of the schedule after the warm-up. */
  public enum Type {
    /** A constant rate. */
    CONSTANT,
    /** Multiplied by {@code gamma} at each milestone. */
    STEP,
    /** Proportional to a power of the remaining share of steps. */
    POLY,
    /** Half a period of a cosine. */
    COSINE
  }

  /**
   * A linear warm-up of the rate. In a config these are keys of the section itself.
   *
   * @param warmup the number of iterations; 0 for none
   * @param warmupRatio the share of the rate in the first iteration
   */
  public record Warmup(int warmup, double warmupRatio) {

    /** No warm-up. */
    public static final Warmup NONE = new Warmup(0, 1);

    /**
     * @throws IllegalArgumentException if the length is negative or the share is not from 0 to 1
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
    if (!(minLearningRate >= 0 && power > 0 && gamma > 0)) {
      throw new IllegalArgumentException(
          "minLearningRate is "
              + minLearningRate
              + ", power "
              + power
              + " and gamma "
              + gamma
              + "; expected all at least 0, and the last two above 0");
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
   * @param steps the total number of steps
   * @param unit the number of steps per unit of the milestones
   */
  public Schedule of(long steps, long unit) {
    Schedule curve =
        switch (type) {
          case CONSTANT -> (base, iteration) -> base;
          case STEP -> Schedule.steps(milestones.stream().map(m -> m * unit).toList(), gamma);
          case POLY -> Schedule.poly(power, steps, minLearningRate);
          case COSINE -> Schedule.cosine(steps, minLearningRate);
        };
    return curve.afterWarmup(start.warmup(), start.warmupRatio());
  }
}
