package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * The later boxes of an order that overlap each box, as bits. Operands: boxes, float32 [batch, n,
 * 4] (two corners), and their order, int64 [batch, n]. The result is int64 [batch, n, words], with
 * 64 boxes per word: bit {@code j} of word {@code w} of row {@code i} is set if the IoU of the
 * boxes at places {@code i} and {@code 64 w + j > i} is above the threshold. Words of earlier
 * places ({@code w < i / 64}) are undefined.
 *
 * @param iouThreshold the IoU (intersection over union) up to which boxes do not overlap
 */
public record BoxOverlaps(float iouThreshold) implements FusedOp {

  /** The number of boxes per word. */
  public static final int BITS = Long.SIZE;

  /**
   * {@return the number of words that have a bit for each box}
   *
   * @param boxes the number of boxes
   */
  public static int words(int boxes) {
    return (boxes + BITS - 1) / BITS;
  }

  @Override
  public String onnxName() {
    return "BoxOverlaps";
  }

  @Override
  public boolean readsFloat32(int operand) {
    return operand == 0;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 2, in.size() + " operands");
    Shape boxes = in.get(0).shape();
    Op.require(boxes.isStatic(), "the number of boxes is unknown");
    Op.require(boxes.rank() == 3 && boxes.dim(2) == 4, "boxes are not [batch, n, 4]");
    int n = boxes.dim(1);
    Op.require(
        in.get(1).equals(TensorType.of(DType.INT64, boxes.dim(0), n)),
        "the order is not int64 [batch, n]");
    return List.of(TensorType.of(DType.INT64, boxes.dim(0), n, words(n)));
  }
}
