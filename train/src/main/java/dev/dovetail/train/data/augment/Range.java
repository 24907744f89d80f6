package dev.dovetail.train.data.augment;

/**
 * The range of a random factor.
 *
 * @param least the minimum, 0 or more
 * @param most the exclusive maximum
 */
public record Range(double least, double most) {

  /**
   * Validates the range.
   *
   * @param least the minimum, 0 or more
   * @param most the exclusive maximum
   */
  public Range {
    if (!(least >= 0 && most >= least && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a range must be non-negative and ascending, but " + least + " to " + most + " is not");
    }
  }

  /** Draws a factor uniformly. */
  double draw(Draws draws) {
    return draws.uniform(least, most);
  }

  /**
   * Draws a factor whose logarithm is uniformly distributed, so that doubling is as likely as
   * halving.
   */
  double drawRatio(Draws draws) {
    return Math.exp(draws.uniform(Math.log(least), Math.log(most)));
  }
}
