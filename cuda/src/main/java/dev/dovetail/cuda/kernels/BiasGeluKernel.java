package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.BiasGelu;
import java.util.Map;
import java.util.Optional;

/** Launches {@code bias_gelu.cu}, with one thread for a few channels. */
final class BiasGeluKernel {

  private BiasGeluKernel() {}

  static Optional<Launch> of(BiasGelu op, Shape x, DType type) {
    int width = x.dim(-1);
    int pack = Kernels.pack(width, type);
    return Kernels.perItem(
        "bias_gelu",
        Map.of(
            "T", Kernels.name(type),
            "V", "" + pack,
            "ROWS", "" + Kernels.rows(x),
            "WIDTH", "" + width,
            "BIAS", Kernels.flag(op.bias()),
            "TIMES", "" + op.times()),
        x.elements() / pack);
  }
}
