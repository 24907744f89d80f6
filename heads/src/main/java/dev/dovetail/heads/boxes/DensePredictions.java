package dev.dovetail.heads.boxes;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.Boxes;
import dev.dovetail.graph.network.ImageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The predictions of a one-stage detector for every anchor of every level. Post-processing follows
 * torchvision's {@code postprocess_detections}: the best pairs of an anchor and a class of each
 * level are decoded, clipped to the image, and suppressed class by class.
 *
 * @param levels the levels, finest first
 */
public record DensePredictions(List<Level> levels) {

  /**
   * The predictions of a level.
   *
   * @param anchors float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
   * @param scores float32 [batch, n, classes]
   * @param deltas [batch, n, 4]: encoded corrections
   */
  public record Level(Tensor anchors, Tensor scores, Tensor deltas) {}

  /** Decodes boxes. */
  @FunctionalInterface
  public interface Decoder {

    /**
     * Applies corrections.
     *
     * @param anchors [batch, n, 4]: x1 y1 x2 y2
     * @param deltas [batch, n, 4]
     * @return [batch, n, 4]: x1 y1 x2 y2
     */
    Tensor decode(Tensor anchors, Tensor deltas);
  }

  /** The best candidates of a level: [batch, k, 4], [batch, k] and int64 [batch, k]. */
  private record Candidates(Tensor boxes, Tensor scores, Tensor labels) {}

  /** Creates predictions with a copy of the list. */
  public DensePredictions {
    levels = List.copyOf(levels);
  }

  /**
   * Rearranges the output of a convolution so that each row belongs to an anchor.
   *
   * @param map [batch, anchors * width, height, width of the map]
   * @param width number of values per anchor
   * @return [batch, height * width of the map * anchors, width]
   */
  public static Tensor perAnchor(Tensor map, int width) {
    int anchors = map.dim(1) / width;
    int cells = Math.multiplyExact(map.dim(2), map.dim(3));
    return map.permute(0, 2, 3, 1).reshape(map.dim(0), cells * anchors, width);
  }

  /** Computes the objects in original pixels. */
  public Boxes objects(Scope s, ImageBatch images, Decoder decoder, DenseInference test) {
    return s.float32(() -> select(s, images, decoder, test));
  }

  private Boxes select(Scope s, ImageBatch images, Decoder decoder, DenseInference test) {
    Tensor limits = BoxCoder.limits(s, images.shape());
    List<Candidates> candidates = new ArrayList<>();
    for (Level level : levels) {
      candidates.add(best(s, level, limits, decoder, test.candidatesPerLevel()));
    }
    Tensor boxes = Tensor.concat(1, candidates.stream().map(Candidates::boxes).toList());
    Tensor scores = Tensor.concat(1, candidates.stream().map(Candidates::scores).toList());
    Tensor labels = Tensor.concat(1, candidates.stream().map(Candidates::labels).toList());
    Tensor kept =
        new BatchedNms(test.iouThreshold(), test.maxDetections())
            .keep(boxes, scores, labels, scores.greater(test.scoreThreshold()));
    Tensor image = kept.select(1, 0);
    ObjectList objects =
        new ObjectList(
            boxes.gatherNd(0, kept).div(images.scaleFactor().gather(0, image)),
            image,
            scores.gatherNd(0, kept),
            labels.gatherNd(0, kept),
            Optional.empty());
    return PadToBatch.of(s, image, limits.dim(0)).boxes(objects);
  }

  /** Selects the best pairs of an anchor and a class. */
  private static Candidates best(Scope s, Level level, Tensor limits, Decoder decoder, int most) {
    int classes = level.scores().dim(2);
    Tensor pairs = level.scores().flatten(1, 2);
    List<Tensor> best = pairs.topK(Math.min(most, pairs.dim(1)), 1);
    Tensor width = s.constant(TensorData.scalar((long) classes));
    Tensor anchor = best.get(1).div(width);
    Tensor boxes =
        decoder.decode(
            level.anchors().gather(0, anchor), level.deltas().gatherNd(1, anchor.unsqueeze(2)));
    return new Candidates(
        BoxCoder.clip(boxes, limits.unsqueeze(1)),
        best.get(0),
        best.get(1).minus(anchor.times(width)));
  }
}
