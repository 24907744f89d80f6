package dev.dovetail.train.detection;

import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.boxes.BoxCoder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The training targets of the anchors of one image (mmdet's {@code AnchorHead.get_targets}).
 *
 * @param assigned the assignment of each anchor: a value as in {@link
 *     MaxIouAssigner.Assignment#objects}, or {@link #OUTSIDE}
 * @param sample the sampled anchors
 * @param deltas float32 [positives, 4]: the box deltas from the anchors to their objects
 */
public record AnchorTargets(int[] assigned, BoxSampler.Sample sample, TensorData deltas) {

  /** The assignment of anchors in cells beyond the image's own padded size. */
  public static final int OUTSIDE = -2;

  /**
   * Assigns and samples the anchors.
   *
   * @param anchors float32 [n, 4]: x1 y1 x2 y2 in pixels
   */
  static AnchorTargets of(
      int image,
      TensorData anchors,
      ImageObjects objects,
      Stage stage,
      BoxCoder coder,
      RandomGenerator random) {
    float[] all = anchors.floats();
    int[] inside =
        IntStream.range(0, all.length / 4)
            .filter(i -> isInside(all, i, objects.padded()))
            .toArray();
    float[] boxes = new float[4 * inside.length];
    for (int i = 0; i < inside.length; i++) {
      System.arraycopy(all, 4 * inside[i], boxes, 4 * i, 4);
    }
    int[] found = stage.assigner().assign(boxes, objects.boxes().floats()).objects();
    int[] assigned = new int[all.length / 4];
    Arrays.fill(assigned, OUTSIDE);
    for (int i = 0; i < inside.length; i++) {
      assigned[inside[i]] = found[i];
    }
    BoxSampler.Sample sample = stage.sampler().sample(image, assigned, random);
    int[] targets = Arrays.stream(sample.positives()).map(i -> assigned[i] - 1).toArray();
    return new AnchorTargets(
        assigned,
        sample,
        Deltas.of(coder, anchors.doubles(), sample.positives(), objects.boxes(), targets));
  }

  /**
   * Returns whether an anchor's cell starts within the padded image. The center of an anchor is the
   * top left corner of its cell and has integer coordinates.
   */
  private static boolean isInside(float[] anchors, int i, ImageObjects.Size padded) {
    double x = Math.rint((anchors[4 * i] + anchors[4 * i + 2]) / 2);
    double y = Math.rint((anchors[4 * i + 1] + anchors[4 * i + 3]) / 2);
    return x < padded.width() && y < padded.height();
  }

  /** Returns the number of anchors of the image by which the losses are divided. */
  int divisor() {
    return Math.max(sample.positives().length, 1) + Math.max(sample.negatives().length, 1);
  }
}
