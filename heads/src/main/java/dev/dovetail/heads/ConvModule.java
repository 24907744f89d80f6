package dev.dovetail.heads;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;

/** A convolution and its norm under the keys {@code conv} and {@code bn} or {@code gn} of mmcv. */
final class ConvModule {

  private ConvModule() {}

  /** Convolution without bias, batch norm, ReLU. */
  static Tensor batchNorm(Scope s, Tensor x, int out, int kernel) {
    return s.run(
        () -> {
          Tensor y = Conv2d.of(out, kernel).withoutBias().apply(s.at("conv"), x);
          return Norms.batchNorm(s.at("bn"), y).relu();
        });
  }

  /** Convolution, group norm; no activation. */
  static Tensor groupNorm(Scope s, Tensor x, Conv2d conv, int groups) {
    return s.run(() -> Norms.groupNorm(s.at("gn"), conv.apply(s.at("conv"), x), groups));
  }
}
