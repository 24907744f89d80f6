package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.GatedActivation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Launches {@code gated_activation.cu}, with one thread for a few adjacent elements. */
final class GatedActivationKernel {

  private GatedActivationKernel() {}

  static Optional<Launch> of(GatedActivation op, Shape x, DType type) {
    int width = x.dim(-1) / 2;
    int pack = Kernels.pack(width, type);
    long threads = x.elements() / 2 / pack;
    Map<String, String> constants = new HashMap<>();
    constants.put("T", Kernels.name(type));
    constants.put("V", "" + pack);
    constants.put("COUNT", "" + threads);
    constants.put("WIDTH", "" + width);
    constants.put("BIAS", Kernels.flag(op.bias()));
    constants.put("SILU", Kernels.flag(op.activation() == GatedActivation.Activation.SILU));
    return Kernels.perItem("gated_activation", constants, threads);
  }
}
