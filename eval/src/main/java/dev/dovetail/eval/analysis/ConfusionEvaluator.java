package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Accumulates images and counts which category was detected where which one is. Detections from
 * {@link #SCORE} on and ground truths that are no crowd are paired whatever their categories, the
 * highest overlap first (then the higher score, then the earlier ground truth), down to {@link
 * #OVERLAP}. Of what is left over, detections in a crowd of their category and those that are
 * excused are not counted.
 */
public final class ConfusionEvaluator {

  /** Score from which on a detection is looked at. */
  public static final double SCORE = 0.25;

  /** Overlap from which on a detection and a ground truth are of one place. */
  public static final double OVERLAP = 0.5;

  private record Pair(int detection, int truth, double overlap) {}

  private final long[][] counts;

  /**
   * An empty accumulator for a number of categories.
   *
   * @param categories how many
   */
  public ConfusionEvaluator(int categories) {
    counts = new long[categories + 1][categories + 1];
  }

  /**
   * Adds an image, all detections that it shows.
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
   * Which detections and ground truths of an image are of one place.
   *
   * @param detection {@code [G]}: the detection at the place of a ground truth; {@link #NONE} for
   *     none, and for a crowd
   * @param ofNothing {@code [D]}: whether a detection counts and is at the place of none
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
   * Adds what another accumulator holds; the other stays as it is.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has another number of categories
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

  /** {@return the matrix of all that was accumulated} */
  public DetectionConfusion summarise() {
    return new DetectionConfusion(Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new));
  }
}
