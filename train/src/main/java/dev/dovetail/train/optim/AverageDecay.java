package dev.dovetail.train.optim;

/** Specifies the decay of a {@link MovingAverage} in each step. */
@FunctionalInterface
public interface AverageDecay {

  /**
   * {@return the weight of the old average}
   *
   * @param step the index of the step, from 0
   */
  double at(long step);

  /**
   * Returns the rule of mmcv's {@code EMAHook}: {@code 1 - min(momentum, (1 + step) / (100 +
   * step))}. Its default momentum is 0.0002. The hook averages {@link
   * dev.dovetail.train.engine.Parameters#weights}.
   *
   * @param momentum the weight of the new value in later steps
   * @return the rule
   */
  static AverageDecay mmcv(double momentum) {
    requireShare("momentum", momentum);
    return step -> 1 - Math.min(momentum, (1.0 + step) / (100.0 + step));
  }

  /**
   * Returns the rule of timm's {@code ModelEma}: the same decay in every step. Its default is
   * 0.9998. It averages {@link dev.dovetail.train.engine.Parameters#names}, including running
   * statistics.
   *
   * @param decay the weight of the old average
   * @return the rule
   */
  static AverageDecay constant(double decay) {
    requireShare("decay", decay);
    return step -> decay;
  }

  /**
   * Returns the rule of TensorFlow's {@code ExponentialMovingAverage} with {@code num_updates}:
   * {@code min(decay, (1 + step) / (10 + step))}, so that the average quickly forgets the values of
   * the first steps.
   *
   * @param decay the weight of the old average in later steps
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
