package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Accumulates images and counts how often each category was detected as each other one. Detections
 * with a score of at least {@link #SCORE} are paired with ground truths that are not crowds,
 * regardless of category. Pairs with the highest overlap come first (then with the higher score,
 * then with the earlier ground truth), down to {@link #OVERLAP}. Unpaired detections that are in a
 * crowd region of their category, or excused, are not counted.
 */
public final class ConfusionEvaluator {

  /** The lowest score of a detection that is counted. */
  public static final double SCORE = 0.25;

  /** The lowest overlap of a detection and a ground truth that form a pair. */
  public static final double OVERLAP = 0.5;

  private record Pair(int detection, int truth, double overlap) {}

  private final long[][] counts;

  /**
   * Creates an empty accumulator.
   *
   * @param categories number of categories
   */
  public ConfusionEvaluator(int categories) {
    counts = new long[categories + 1][categories + 1];
  }

  /**
   * Adds all detections of an image.
   *
   * @param image the image
   */
  public void accumulate(ImageOverlaps image) {
    int background = counts.length - 1;
    Pairing pairing = Pairing.of(image);
    for (int t = 0; t < image.truths(); t++) {
      int found = pairing.detection()[t];
      if (!image.crowd()[t]) {
        int as = found == Pairing.NONE ? background : image.category()[found];
        counts[image.truthCategory()[t]][as]++;
      }
    }
    for (int d = 0; d < image.detections(); d++) {
      if (pairing.ofNothing()[d]) {
        counts[background][image.category()[d]]++;
      }
    }
  }

  /**
   * The pairs of detections and ground truths in an image.
   *
   * @param detection {@code [G]}: the detection paired with a ground truth; {@link #NONE} for none,
   *     and for a crowd
   * @param ofNothing {@code [D]}: whether a detection is counted and unpaired
   */
  record Pairing(int[] detection, boolean[] ofNothing) {

    static final int NONE = -1;

    static Pairing of(ImageOverlaps image) {
      boolean[] paired = new boolean[image.detections()];
      int[] detection = new int[image.truths()];
      Arrays.fill(detection, NONE);
      for (Pair pair : pairs(image)) {
        if (!paired[pair.detection] && detection[pair.truth] == NONE) {
          paired[pair.detection] = true;
          detection[pair.truth] = pair.detection;
        }
      }
      boolean[] ofNothing = new boolean[paired.length];
      for (int d = 0; d < paired.length; d++) {
        ofNothing[d] = !paired[d] && image.score()[d] >= SCORE && !isLeftOut(image, d);
      }
      return new Pairing(detection, ofNothing);
    }
  }

  private static List<Pair> pairs(ImageOverlaps image) {
    List<Pair> pairs = new ArrayList<>();
    for (int d = 0; d < image.detections() && image.score()[d] >= SCORE; d++) {
      for (int t = 0; t < image.truths(); t++) {
        if (!image.crowd()[t] && image.overlap()[d][t] >= OVERLAP) {
          pairs.add(new Pair(d, t, image.overlap()[d][t]));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
    return pairs;
  }

  private static boolean isLeftOut(ImageOverlaps image, int d) {
    if (image.excused()[d]) {
      return true;
    }
    for (int t = 0; t < image.truths(); t++) {
      if (image.crowd()[t]
          && image.truthCategory()[t] == image.category()[d]
          && image.overlap()[d][t] >= OVERLAP) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has a different number of categories
   */
  public void merge(ConfusionEvaluator other) {
    if (other.counts.length != counts.length) {
      throw new IllegalArgumentException(
          "only accumulators of the same number of categories can be merged");
    }
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        counts[row][column] += other.counts[row][column];
      }
    }
  }

  /** {@return the matrix of all accumulated images} */
  public DetectionConfusion summarise() {
    return new DetectionConfusion(Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new));
  }
}
