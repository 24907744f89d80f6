package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.Arrays;

/**
 * The assignment of an image's detections to its ground truths (the matching of TIDE, Bolya et al.
 * 2020). By descending score, each detection is assigned to the unassigned ground truth of its
 * category with the highest overlap, if that reaches a threshold. An unassigned detection is
 * ignored if it is in a crowd region of its category, or excused.
 */
final class Assignment {

  private static final int NONE = -1;

  private final int[] taken;
  private final boolean[] used;
  private final boolean[] ignored;

  Assignment(ImageOverlaps image, double threshold) {
    int n = image.detections();
    taken = new int[n];
    used = new boolean[image.truths()];
    ignored = new boolean[n];
    Arrays.fill(taken, NONE);
    for (int d = 0; d < n; d++) {
      int best = best(image, d);
      if (best != NONE && image.overlap()[d][best] >= threshold) {
        taken[d] = best;
        used[best] = true;
      }
    }
    for (int d = 0; d < n; d++) {
      ignored[d] = taken[d] == NONE && image.excused()[d];
      for (int t = 0; t < used.length; t++) {
        ignored[d] |=
            taken[d] == NONE
                && image.crowd()[t]
                && image.truthCategory()[t] == image.category()[d]
                && image.overlap()[d][t] > threshold;
      }
    }
  }

  private int best(ImageOverlaps image, int d) {
    int best = NONE;
    for (int t = 0; t < used.length; t++) {
      if (!image.crowd()[t]
          && !used[t]
          && image.truthCategory()[t] == image.category()[d]
          && (best == NONE || image.overlap()[d][t] > image.overlap()[d][best])) {
        best = t;
      }
    }
    return best;
  }

  boolean isTrue(int detection) {
    return taken[detection] != NONE;
  }

  /** The ground truth that a detection is assigned to; -1 for none. */
  int taken(int detection) {
    return taken[detection];
  }

  boolean isIgnored(int detection) {
    return ignored[detection];
  }

  boolean isUsed(int truth) {
    return used[truth];
  }
}
