package dev.dovetail.train.data.augment;

/**
 * Where a factor is drawn from.
 *
 * @param least 0 or more
 * @param most the upper bound
 */
public record Range(double least, double most) {

  /**
   * Checks the range.
   *
   * @param least 0 or more
   * @param most the upper bound
   */
  public Range {
    if (!(least >= 0 && most >= least && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a range of factors is not negative and ascends; " + least + " to " + most + " is not");
    }
  }

  /** A factor, uniformly. */
  double draw(Draws draws) {
    return draws.uniform(least, most);
  }

  /** A factor whose logarithm is uniform, so that twice as much is as likely as half as much. */
  double drawRatio(Draws draws) {
    return Math.exp(draws.uniform(Math.log(least), Math.log(most)));
  }
}
