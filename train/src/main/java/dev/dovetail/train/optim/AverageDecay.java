package dev.dovetail.train.optim;

/** How much of a {@link MovingAverage} stays after a step. */
@FunctionalInterface
public interface AverageDecay {

  /**
   * {@return the share of the average that stays}
   *
   * @param step the number of the step, from 0
   */
  double at(long step);

  /**
   * mmcv's {@code EMAHook}: {@code 1 - min(momentum, (1 + step) / (100 + step))}. Its default
   * momentum is 0.0002. It averages {@link dev.dovetail.train.engine.Parameters#weights}.
   *
   * @param momentum the share of the new value, in the long run
   * @return the rule
   */
  static AverageDecay mmcv(double momentum) {
    requireShare("momentum", momentum);
    return step -> 1 - Math.min(momentum, (1.0 + step) / (100.0 + step));
  }

  /**
   * timm's {@code ModelEma}: the same in every step. Its default is 0.9998. It averages {@link
   * dev.dovetail.train.engine.Parameters#names}, running statistics too.
   *
   * @param decay the share of the average that stays
   * @return the rule
   */
  static AverageDecay constant(double decay) {
    requireShare("decay", decay);
    return step -> decay;
  }

  /**
   * TensorFlow's {@code ExponentialMovingAverage} with {@code num_updates}: {@code min(decay, (1 +
   * step) / (10 + step))}, so that the average soon forgets the values of the first steps.
   *
   * @param decay the share of the average that stays, in the long run
   * @return the rule
   */
  static AverageDecay rising(double decay) {
    requireShare("decay", decay);
    return step -> Math.min(decay, (1.0 + step) / (10.0 + step));
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the " + what + " of the average is " + share + ", expected 0 to 1");
    }
  }
}
