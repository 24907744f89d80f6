package dev.dovetail.tasks.classification;

import dev.dovetail.eval.classification.ClassificationEvaluator;
import dev.dovetail.formats.ClassScores;

/** The best classes of an image, which are sufficient for an evaluation. */
final class BestClasses {

  private BestClasses() {}

  /** Returns the classes that an evaluation reads, best first. */
  static int[] of(ClassScores result) {
    return result.best(ClassificationEvaluator.BEST);
  }

  /** Returns scores in which those of all other classes are 0. The best classes are the same. */
  static ClassScores alone(ClassScores result) {
    int[] labels = of(result);
    float[] kept = new float[result.scores().length];
    for (int label : labels) {
      kept[label] = result.scores()[label];
    }
    return new ClassScores(kept);
  }

  /** Returns such scores from the labels and scores of the best classes. */
  static ClassScores scores(int classes, int[] labels, float... scores) {
    float[] all = new float[classes];
    for (int i = 0; i < labels.length; i++) {
      all[labels[i]] = scores[i];
    }
    return new ClassScores(all);
  }
}
