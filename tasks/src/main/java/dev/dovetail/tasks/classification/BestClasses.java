package dev.dovetail.tasks.classification;

import dev.dovetail.eval.classification.ClassificationEvaluator;
import dev.dovetail.formats.ClassScores;

/** The best classes of an image: an evaluation does not need the scores of all others. */
final class BestClasses {

  private BestClasses() {}

  /** The classes that an evaluation looks at, best first. */
  static int[] of(ClassScores result) {
    return result.best(ClassificationEvaluator.BEST);
  }

  /** The scores without those of all other classes, which are 0. Its best classes are the same. */
  static ClassScores alone(ClassScores result) {
    int[] labels = of(result);
    float[] kept = new float[result.scores().length];
    for (int label : labels) {
      kept[label] = result.scores()[label];
    }
    return new ClassScores(kept);
  }

  /** The same, from the labels and the scores of the best classes. */
  static ClassScores scores(int classes, int[] labels, float... scores) {
    float[] all = new float[classes];
    for (int i = 0; i < labels.length; i++) {
      all[labels[i]] = scores[i];
    }
    return new ClassScores(all);
  }
}
