package dev.dovetail.train.detection;

import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.boxes.BoxCoder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The sampled regions of one image, positives before negatives, and their training targets (mmdet's
 * {@code StandardRoIHead.forward_train}).
 *
 * @param assigned the assignment of each object and then of each proposal, as in {@link
 *     MaxIouAssigner.Assignment#objects}
 * @param sample the sampled objects and proposals
 * @param boxes float32 [regions, 4]: x1 y1 x2 y2 in pixels
 * @param labels int64 [regions]; the number of classes for background
 * @param deltas float32 [positives, 4]: the box deltas from the regions to their objects
 * @param masks float32 [positives, size, size], 1 inside the object, else 0
 */
public record RegionTargets(
    int[] assigned,
    BoxSampler.Sample sample,
    TensorData boxes,
    TensorData labels,
    TensorData deltas,
    TensorData masks) {

  /** The settings of region targets, which are the same for all images. */
  record Settings(Stage stage, BoxCoder coder, int classes, MaskTargets masks) {}

  /**
   * Assigns and samples the regions. The objects themselves are regions, too.
   *
   * @param proposals x1 y1 x2 y2 of each proposal
   */
  static RegionTargets of(
      int image,
      double[] proposals,
      ImageObjects objects,
      Settings settings,
      RandomGenerator random) {
    int count = objects.count();
    double[] all = concat(objects.boxes().doubles(), proposals);
    int[] found =
        settings.stage().assigner().assign(floats(proposals), objects.boxes().floats()).objects();
    int[] assigned =
        IntStream.concat(IntStream.rangeClosed(1, count), Arrays.stream(found)).toArray();
    BoxSampler.Sample sample = settings.stage().sampler().sample(image, assigned, random);
    int[] positives = sample.positives();
    int[] chosen =
        IntStream.concat(Arrays.stream(positives), Arrays.stream(sample.negatives())).toArray();
    int[] targets = Arrays.stream(positives).map(i -> assigned[i] - 1).toArray();
    return new RegionTargets(
        assigned,
        sample,
        boxes(all, chosen),
        labels(objects, targets, chosen.length, settings.classes()),
        Deltas.of(settings.coder(), all, positives, objects.boxes(), targets),
        masks(settings.masks(), all, positives, objects, targets));
  }

  private static TensorData boxes(double[] all, int... chosen) {
    double[] boxes =
        Arrays.stream(chosen)
            .boxed()
            .flatMapToDouble(i -> Arrays.stream(Deltas.row(all, i)))
            .toArray();
    return TensorData.of(boxes, chosen.length, 4);
  }

  private static TensorData labels(ImageObjects objects, int[] targets, int n, int background) {
    long[] known = objects.labels().longs();
    long[] labels = new long[n];
    Arrays.fill(labels, background);
    for (int i = 0; i < targets.length; i++) {
      labels[i] = known[targets[i]];
    }
    return TensorData.of(labels, n);
  }

  private static TensorData masks(
      MaskTargets masks, double[] all, int[] positives, ImageObjects objects, int[] targets) {
    int cells = masks.size() * masks.size();
    float[] values = new float[positives.length * cells];
    for (int i = 0; i < positives.length; i++) {
      float[] mask = masks.of(objects.bitmaps(), targets[i], Deltas.row(all, positives[i]));
      System.arraycopy(mask, 0, values, i * cells, cells);
    }
    return TensorData.of(values, positives.length, masks.size(), masks.size());
  }

  private static double[] concat(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static float[] floats(double... values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  /** Returns the number of regions assigned to an object, which are the first ones. */
  int positives() {
    return sample.positives().length;
  }

  /** Returns the number of regions. */
  int count() {
    return positives() + sample.negatives().length;
  }
}
