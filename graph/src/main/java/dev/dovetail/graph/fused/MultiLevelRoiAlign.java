package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * RoIAlign of regions that are on different levels of a pyramid (Lin et al. 2017): each is read
 * from its own level. Operands: the maps [batch, channels, height, width] of all levels; then, in
 * float32, regions [n, 4] (x1 y1 x2 y2 in pixels of the network's input), the index of each
 * region's image [n] and of its level [n]; at last the shape of the regions, int64 [2]. The result
 * is [n, channels, size, size].
 *
 * @param size rows and columns of the result
 * @param scales size of each map relative to the input
 * @param aligned whether coordinates are shifted by half a cell; otherwise they are not, and
 *     regions are at least one cell large
 * @param samples number of samples along each axis of a bin; 0 for one sample per cell in the bin
 */
public record MultiLevelRoiAlign(int size, List<Float> scales, boolean aligned, int samples)
    implements FusedOp {

  public MultiLevelRoiAlign {
    scales = List.copyOf(scales);
  }

  @Override
  public String onnxName() {
    return "MultiLevelRoiAlign";
  }

  @Override
  public boolean readsFloat32(int operand) {
    return operand >= scales.size();
  }

  @Override
  public boolean isSize(int operand) {
    return operand == scales.size() + 3;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    int levels = scales.size();
    Op.require(in.size() == levels + 4, in.size() + " operands");
    Shape first = in.get(0).shape();
    for (TensorType map : in.subList(0, levels)) {
      Shape x = map.shape();
      Op.require(
          x.rank() == 4 && x.dim(0) == first.dim(0) && x.dim(1) == first.dim(1),
          "the maps are not [batch, channels, height, width]");
    }
    Op.require(in.get(levels).shape().rank() == 2, "needs regions [n, 4]");
    Shape out = Shape.of(Shape.UNKNOWN, first.dim(1), size, size);
    return List.of(new TensorType(in.get(0).dtype(), out));
  }

  @Override
  public List<Shape> shapes(List<TensorType> in, long[] sizes) {
    long elements = sizes[0] * in.get(0).shape().dim(1) * size * size;
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the features of " + sizes[0] + " regions have " + elements + " elements");
    }
    return List.of(Shape.of((int) sizes[0], in.get(0).shape().dim(1), size, size));
  }
}
