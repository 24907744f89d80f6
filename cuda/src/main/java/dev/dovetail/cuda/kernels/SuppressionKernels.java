package dev.dovetail.cuda.kernels;

import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.BoxOverlaps;
import dev.dovetail.graph.fused.GreedySelection;
import java.util.Map;
import java.util.Optional;

/** Launches the steps of non-maximum suppression. Each computes in float32 in all precisions. */
final class SuppressionKernels {

  private static final int WARP = 32;

  /** The threads that combine overlaps: for adjacent words, and for different rows. */
  private static final int LANES = 128;

  private static final int SELECTING = 1024;

  /** The maximum number of blocks along y. */
  private static final int MOST_Y = 65_535;

  private SuppressionKernels() {}

  static Optional<Launch> order(Shape scores) {
    int n = scores.dim(2);
    return launch(
        "score_order",
        Map.of("COUNT", "" + n, "SLICES", "" + Kernels.BLOCK / WARP),
        (n + WARP - 1) / WARP,
        scores.dim(0),
        Kernels.BLOCK);
  }

  static Optional<Launch> overlaps(BoxOverlaps op, Shape boxes) {
    int n = boxes.dim(1);
    int words = BoxOverlaps.words(n);
    return launch(
        "box_overlaps",
        Map.of("COUNT", "" + n, "WORDS", "" + words, "THRESHOLD", number(op.iouThreshold())),
        words,
        (long) words * boxes.dim(0),
        BoxOverlaps.BITS);
  }

  static Optional<Launch> selection(GreedySelection op, int batch, int n) {
    Map<String, String> constants =
        Map.of(
            "COUNT",
            "" + n,
            "WORDS",
            "" + BoxOverlaps.words(n),
            "MOST",
            "" + op.max(),
            "THRESHOLD",
            number(op.scoreThreshold()),
            "LANES",
            "" + LANES);
    return launch("greedy_selection", constants, batch, 1, SELECTING);
  }

  static Optional<Launch> result(Shape kept) {
    return Kernels.perItem(
        "selected_boxes",
        Map.of("BATCH", "" + kept.dim(0), "MOST", "" + kept.dim(1)),
        kept.elements());
  }

  private static Optional<Launch> launch(
      String kernel, Map<String, String> constants, int x, long y, int block) {
    return y > MOST_Y
        ? Optional.empty()
        : Optional.of(new Launch(kernel, constants, x, (int) y, block));
  }

  /** Returns a number in kernel source, which has no name for infinity. */
  private static String number(float x) {
    return "__uint_as_float(" + Integer.toUnsignedString(Float.floatToIntBits(x)) + "u)";
  }
}
