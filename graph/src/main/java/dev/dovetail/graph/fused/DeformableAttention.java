package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The core of multi-scale deformable attention (Zhu et al. 2021, section 4.1): a softmax over the
 * points of all levels, bilinear sampling with zeros outside a level, and the weighted sum.
 *
 * <p>Operands: value [batch, tokens, heads * channels]; logits [batch, n, heads * points]; then
 * either locations float32 [batch, n, heads, points, 2], from 0 to 1 over each level, or offsets
 * [batch, n, heads * points * 2] in cells and references float32 [batch or 1, n, levels or 1, 2].
 * They are followed by the biases that {@code biases} specifies: of value [heads * channels], of
 * logits [heads * points], and of offsets [heads * points * 2]. The result is [batch, n, heads *
 * channels].
 *
 * @param heads number of attention heads
 * @param grids height and width of each level
 * @param points number of points on each level
 * @param fromOffsets whether the operands are offsets and references
 * @param biases whether biases are separate operands, rather than added by the preceding linear
 *     layers
 */
public record DeformableAttention(
    int heads, List<Grid> grids, List<Integer> points, boolean fromOffsets, boolean biases)
    implements FusedOp {

  /** Rows and columns of a level. */
  public record Grid(int height, int width) {}

  /** Copies the lists. */
  public DeformableAttention {
    grids = List.copyOf(grids);
    points = List.copyOf(points);
  }

  @Override
  public String onnxName() {
    return "DeformableAttention";
  }

  /** {@return the number of points of all levels} */
  public int total() {
    return points.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public boolean readsFloat32(int operand) {
    return fromOffsets ? operand == 3 : operand == 2;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    int places = fromOffsets ? 4 : 3;
    Op.require(in.size() == places + (biases ? places - 1 : 0), in.size() + " operands");
    Op.require(in.stream().allMatch(t -> t.dtype().isFloat()), "needs floating-point values");
    Shape value = in.get(0).shape();
    Shape logits = in.get(1).shape();
    int cells = grids.stream().mapToInt(g -> g.height() * g.width()).sum();
    Op.require(value.rank() == 3 && value.dim(1) == cells, "value is not of " + cells + " cells");
    Op.require(value.dim(2) % heads == 0, "the number of heads does not divide the channels");
    Op.require(grids.size() == points.size(), "expected one number of points per level");
    int batch = value.dim(0);
    Op.require(
        logits.rank() == 3 && logits.dim(0) == batch && logits.dim(2) == heads * total(),
        "the shape of logits is invalid");
    int n = logits.dim(1);
    Op.require(
        in.get(2)
            .shape()
            .equals(
                fromOffsets
                    ? Shape.of(batch, n, heads * total() * 2)
                    : Shape.of(batch, n, heads, total(), 2)),
        "the shape of offsets or locations is invalid");
    if (fromOffsets) {
      Shape references = in.get(3).shape();
      Op.require(
          references.rank() == 4
              && (references.dim(0) == 1 || references.dim(0) == batch)
              && references.dim(1) == n
              && (references.dim(2) == 1 || references.dim(2) == grids.size())
              && references.dim(3) == 2,
          "the shape of references is invalid");
    }
    requireBiases(in, places);
    return List.of(new TensorType(in.get(0).dtype(), Shape.of(batch, n, value.dim(2))));
  }

  /** Checks the biases of value, logits and offsets, each a vector along the last axis. */
  private static void requireBiases(List<TensorType> in, int from) {
    for (int i = from; i < in.size(); i++) {
      Op.require(
          in.get(i).shape().equals(Shape.of(in.get(i - from).shape().dim(-1))),
          "the shape of a bias is invalid");
    }
  }
}
