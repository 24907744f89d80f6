package dev.dovetail.heads.boxes;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.List;

/**
 * Encodes boxes as deltas relative to other boxes: the offset of the center in units of width and
 * height, and the logarithm of the change in size (Girshick et al. 2014, appendix C; mmdet's {@code
 * delta2bbox}).
 *
 * @param means values added to the scaled deltas, for x, y, width, height
 * @param stds factors of the deltas, for x, y, width, height
 * @param limitsShrinking whether a factor of 62.5 limits both the growth and the shrinkage of a box
 *     (mmdet) instead of the growth only (detectron2, torchvision)
 */
public record BoxCoder(List<Double> means, List<Double> stds, boolean limitsShrinking) {

  /** The maximum change in size, {@code |ln(16 / 1000)|}. */
  private static final double MAX_LOG_RATIO = Math.abs(Math.log(16 / 1000.0));

  public BoxCoder {
    means = List.copyOf(means);
    stds = List.copyOf(stds);
    if (means.size() != 4 || stds.size() != 4) {
      throw new IllegalArgumentException(
          "a box coder needs four means and four standard deviations (x, y, width, height), not "
              + means
              + " and "
              + stds);
    }
  }

  /** Creates a coder without means that limits shrinkage. */
  public static BoxCoder withStds(double x, double y, double width, double height) {
    return new BoxCoder(List.of(0.0, 0.0, 0.0, 0.0), List.of(x, y, width, height), true);
  }

  /** Creates a coder without means that limits only growth. */
  public BoxCoder shrinkingFreely() {
    return new BoxCoder(means, stds, false);
  }

  /**
   * Applies deltas to boxes.
   *
   * @param boxes [..., 4]: x1 y1 x2 y2
   * @param deltas [..., 4]: x, y, width, height
   * @return [..., 4]: x1 y1 x2 y2; the leading axes of both are broadcast
   */
  public Tensor decode(Tensor boxes, Tensor deltas) {
    Tensor scaled = deltas.times(row(deltas, stds)).plus(row(deltas, means));
    Tensor shift = scaled.slice(-1, 0, 2);
    Tensor growth =
        scaled
            .slice(-1, 2, 4)
            .clip(limitsShrinking ? -MAX_LOG_RATIO : -Float.MAX_VALUE, MAX_LOG_RATIO);
    Tensor from = boxes.slice(-1, 0, 2);
    Tensor to = boxes.slice(-1, 2, 4);
    Tensor size = to.minus(from);
    Tensor centre = from.plus(to).times(0.5).plus(size.times(shift));
    Tensor half = size.times(growth.exp()).times(0.5);
    return Tensor.concat(-1, centre.minus(half), centre.plus(half));
  }

  /**
   * Moves corners that lie outside an image to its border.
   *
   * @param boxes [..., 4]: x1 y1 x2 y2
   * @param limits [..., 4]: width, height, width, height of the image
   */
  public static Tensor clip(Tensor boxes, Tensor limits) {
    return boxes.clip(0, Float.MAX_VALUE).min(limits);
  }

  /**
   * Computes the limits for {@link #clip}.
   *
   * @param shape int64 [batch, 2]: height and width of the images without padding
   * @return float32 [batch, 4]: width, height, width, height
   */
  public static Tensor limits(Scope s, Tensor shape) {
    return shape.cast(DType.FLOAT32).gather(1, s.constant(1L, 0L, 1L, 0L));
  }

  /**
   * Computes the deltas from a box to another one without limits: the inverse of {@link #decode} on
   * Java values (mmdet's {@code bbox2delta}).
   *
   * @param box x1 y1 x2 y2
   * @param target x1 y1 x2 y2
   * @return x, y, width, height
   */
  public double[] encode(double[] box, double[] target) {
    double[] deltas = new double[4];
    for (int axis = 0; axis < 2; axis++) {
      double size = box[axis + 2] - box[axis];
      double shift = (target[axis] + target[axis + 2] - box[axis] - box[axis + 2]) / 2;
      deltas[axis] = shift / size;
      deltas[axis + 2] = Math.log((target[axis + 2] - target[axis]) / size);
    }
    for (int i = 0; i < 4; i++) {
      deltas[i] = (deltas[i] - means.get(i)) / stds.get(i);
    }
    return deltas;
  }

  private static Tensor row(Tensor like, List<Double> values) {
    double[] row = values.stream().mapToDouble(Double::doubleValue).toArray();
    return like.constant(TensorData.of(row, 4));
  }
}
