package dev.dovetail.train.data.augment;

import java.util.List;

/** One step of an augmentation. Transforms are stateless and thread-safe. */
@FunctionalInterface
public interface Transform {

  /**
   * {@return the transformed image with its annotations}
   *
   * @param sample the image with its annotations, which is not modified
   * @param draws the random numbers
   */
  AnnotatedImage apply(AnnotatedImage sample, Draws draws);

  /**
   * {@return a sequence of transforms}
   *
   * @param steps the transforms
   */
  static Transform sequence(Transform... steps) {
    List<Transform> all = List.of(steps);
    return (sample, draws) -> {
      AnnotatedImage current = sample;
      for (Transform step : all) {
        current = step.apply(current, draws);
      }
      return current;
    };
  }

  /**
   * {@return one of several transforms, chosen uniformly}
   *
   * @param choices at least one transform
   */
  static Transform oneOf(Transform... choices) {
    List<Transform> all = List.of(choices);
    return (sample, draws) -> all.get(draws.integer(0, all.size())).apply(sample, draws);
  }
}
