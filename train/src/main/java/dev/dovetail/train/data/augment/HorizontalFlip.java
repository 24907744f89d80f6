package dev.dovetail.train.data.augment;

/**
 * Exchanges left and right.
 *
 * @param probability how often, 0 to 1
 */
public record HorizontalFlip(double probability) implements Transform {

  /**
   * Checks the probability.
   *
   * @param probability how often, 0 to 1
   */
  public HorizontalFlip {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability is from 0 to 1, not " + probability);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return draws.chance(probability) ? sample.mirrored() : sample;
  }
}
