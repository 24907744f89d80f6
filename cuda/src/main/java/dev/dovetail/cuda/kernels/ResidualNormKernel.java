package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.ResidualNorm;
import java.util.Map;
import java.util.Optional;

/** Launches {@code residual_norm.cu}, with one warp per row. */
final class ResidualNormKernel {

  private static final int WARP = 32;

  /** The maximum width of a row, which a warp keeps in its registers. */
  private static final int MOST_WIDTH = 4096;

  private ResidualNormKernel() {}

  static Optional<Launch> of(ResidualNorm op, Shape x, DType type) {
    int width = x.dim(-1);
    if (width > MOST_WIDTH) {
      return Optional.empty();
    }
    return Kernels.perItem(
        "residual_norm",
        Map.of(
            "T", Kernels.name(type),
            "V", "" + Kernels.pack(width, type),
            "ROWS", "" + Kernels.rows(x),
            "WIDTH", "" + width,
            "BRANCH", Kernels.flag(op.branch()),
            "BIAS", Kernels.flag(op.bias()),
            "GAMMA", Kernels.flag(op.gamma()),
            "NORM", Kernels.flag(op.norm()),
            "EPSILON", (float) op.epsilon() + "f"),
        Kernels.rows(x) * WARP);
  }
}
