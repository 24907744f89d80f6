package dev.dovetail.eval.gallery;

import java.util.List;

/** The lines between keypoints. */
final class Skeletons {

  /** COCO's person as in {@code person_keypoints_val2017.json}, with indices from 0. */
  private static final List<int[]> PERSON =
      pairs(
          15, 13, 13, 11, 16, 14, 14, 12, 11, 12, 5, 11, 6, 12, 5, 6, 5, 7, 6, 8, 7, 9, 8, 10, 1, 2,
          0, 1, 0, 2, 1, 3, 2, 4, 3, 5, 4, 6);

  private static final int PERSON_POINTS = 17;

  private Skeletons() {}

  /** Returns the lines for a number of keypoints; empty if their meaning is unknown. */
  static List<int[]> of(int points) {
    return points == PERSON_POINTS ? PERSON : List.of();
  }

  private static List<int[]> pairs(int... ends) {
    int[][] lines = new int[ends.length / 2][];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = new int[] {ends[2 * i], ends[2 * i + 1]};
    }
    return List.of(lines);
  }
}
