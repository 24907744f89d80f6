package dev.dovetail.adapters.projector;

import static dev.dovetail.graph.nn.Norms.batchNorm;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;

import dev.dovetail.adapters.projector.MultiScaleProjector.Norm;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;

/**
 * A convolution {@code conv} without bias, a norm {@code norm} and an activation.
 *
 * @param norm the kind of norm
 * @param epsilon epsilon of the norm
 */
record ConvNorm(Norm norm, double epsilon, Activation activation) {

  ConvNorm with(Activation other) {
    return new ConvNorm(norm, epsilon, other);
  }

  Tensor apply(Scope s, Tensor map, Conv2d conv) {
    return s.run(
        () -> {
          Tensor y = conv.withoutBias().apply(s.at("conv"), map);
          Scope n = s.at("norm");
          y = norm == Norm.BN ? batchNorm(n, y, epsilon) : channelLayerNorm(n, y, epsilon);
          return activation.apply(y);
        });
  }
}
