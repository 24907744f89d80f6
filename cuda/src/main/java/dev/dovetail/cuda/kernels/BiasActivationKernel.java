package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.BiasActivation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Launches {@code bias_activation.cu}, with one thread for a few adjacent elements. */
final class BiasActivationKernel {

  private BiasActivationKernel() {}

  static Optional<Launch> of(BiasActivation op, Shape x, DType type) {
    int inner = 1;
    for (int axis = x.axis(op.axis()) + 1; axis < x.rank(); axis++) {
      inner *= x.dim(axis);
    }
    int channels = x.dim(op.axis());
    int pack = Kernels.pack(inner > 1 ? inner : channels, type);
    Map<String, String> constants = new HashMap<>();
    constants.put("T", Kernels.name(type));
    constants.put("V", "" + pack);
    constants.put("COUNT", "" + x.elements() / pack);
    constants.put("CHANNELS", "" + channels);
    constants.put("INNER", "" + inner);
    constants.put("BIAS", Kernels.flag(op.bias()));
    constants.put("RELU", Kernels.flag(op.activation() == BiasActivation.Activation.RELU));
    constants.put("GELU", Kernels.flag(op.activation() == BiasActivation.Activation.GELU));
    constants.put("TIMES", "" + op.times());
    return Kernels.perItem("bias_activation", constants, x.elements() / pack);
  }
}
