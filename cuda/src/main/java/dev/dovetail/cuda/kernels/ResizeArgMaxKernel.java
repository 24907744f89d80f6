package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.ResizeArgMax;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Launches {@code resize_arg_max.cu}, in which each thread computes the label of every n-th pixel.
 * The number of pixels is unknown before a run, so the grid is large enough for any GPU.
 */
final class ResizeArgMaxKernel {

  private static final int BLOCKS = 4096;

  private ResizeArgMaxKernel() {}

  static Optional<Launch> of(ResizeArgMax op, Shape x, DType type) {
    boolean twice = op.height() != x.dim(2) || op.width() != x.dim(3);
    boolean shrinks = op.height() < x.dim(2) || op.width() < x.dim(3);
    boolean large = (long) x.dim(2) * x.dim(3) > Integer.MAX_VALUE;
    if (shrinks || large || op.labels() != DType.UINT8 && op.labels() != DType.UINT16) {
      return Optional.empty();
    }
    Map<String, String> constants = new HashMap<>();
    constants.put("T", Kernels.name(type));
    constants.put("LABEL", op.labels() == DType.UINT8 ? "unsigned char" : "unsigned short");
    constants.put("BLOCKS", "" + BLOCKS);
    constants.put("BATCH", "" + x.dim(0));
    constants.put("CLASSES", "" + x.dim(1));
    constants.put("ROWS", "" + x.dim(2));
    constants.put("COLUMNS", "" + x.dim(3));
    constants.put("HEIGHT", "" + op.height());
    constants.put("WIDTH", "" + op.width());
    constants.put("TWICE", Kernels.flag(twice));
    constants.put("CROPPED", Kernels.flag(op.cropped()));
    return Optional.of(new Launch("resize_arg_max", constants, BLOCKS, 1, Kernels.BLOCK));
  }
}
