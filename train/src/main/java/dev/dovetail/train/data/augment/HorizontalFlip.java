package dev.dovetail.train.data.augment;

/**
 * Flips an image horizontally.
 *
 * @param probability the probability of a flip, 0 to 1
 */
public record HorizontalFlip(double probability) implements Transform {

  /**
   * Validates the probability.
   *
   * @param probability the probability of a flip, 0 to 1
   */
  public HorizontalFlip {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability must be from 0 to 1, not " + probability);
    }
  }

  @Override
  public AnnotatedImage apply(AnnotatedImage sample, Draws draws) {
    return draws.chance(probability) ? sample.mirrored() : sample;
  }
}
