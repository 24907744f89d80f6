package dev.dovetail.backbones.efficientvit;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activations;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;

/**
 * The layers of a variant. The smaller variants (B) use hard swish; the larger ones (L) use the
 * tanh approximation of GELU and a smaller epsilon. Maps are [batch, channels, height, width].
 *
 * @param large whether it is an L variant
 */
record Layers(boolean large) {

  double epsilon() {
    return large ? 1e-7 : 1e-5;
  }

  Tensor activate(Tensor x) {
    return large ? Activations.geluTanh(x) : Activations.hardSwish(x);
  }

  /** A convolution and its batch norm. */
  Tensor convNorm(Scope s, Tensor x, Conv2d conv) {
    return s.run(
        () -> Norms.batchNorm(s.at("norm"), conv.withoutBias().apply(s.at("conv"), x), epsilon()));
  }

  /** A convolution with a batch norm or a bias, followed by the activation. */
  Tensor convActivation(Scope s, Tensor x, Conv2d conv, boolean norm) {
    return activate(norm ? convNorm(s, x, conv) : s.run(() -> conv.apply(s.at("conv"), x)));
  }

  /** A depthwise and a 1x1 convolution ({@code DSConv}). */
  Tensor separable(Scope s, Tensor x, int out) {
    return s.run(
        () -> {
          Conv2d depthwise = Conv2d.depthwise(x.dim(1), 3);
          Tensor y = convActivation(s.at("depth_conv"), x, depthwise, true);
          return convNorm(s.at("point_conv"), y, Conv2d.of(out, 1));
        });
  }

  /** Two 3x3 convolutions ({@code ConvBlock}). */
  Tensor plain(Scope s, Tensor x, int out) {
    return s.run(
        () -> {
          Tensor y = convActivation(s.at("conv1"), x, Conv2d.of(out, 3), true);
          return convNorm(s.at("conv2"), y, Conv2d.of(out, 3));
        });
  }

  /**
   * An inverted residual without its sum ({@code MBConv}): expand, filter each channel, project.
   *
   * @param norms whether the first two convolutions have batch norms
   */
  Tensor inverted(Scope s, Tensor x, int out, int stride, int expansion, boolean norms) {
    int hidden = x.dim(1) * expansion;
    return s.run(
        () -> {
          Tensor y = convActivation(s.at("inverted_conv"), x, Conv2d.of(hidden, 1), norms);
          Conv2d depthwise = Conv2d.depthwise(hidden, 3).stride(stride);
          y = convActivation(s.at("depth_conv"), y, depthwise, norms);
          return convNorm(s.at("point_conv"), y, Conv2d.of(out, 1));
        });
  }

  /**
   * An inverted residual whose first two convolutions are fused into a dense one ({@code
   * FusedMBConv}), without its sum.
   */
  Tensor fused(Scope s, Tensor x, int out, int stride, int expansion) {
    Conv2d expand = Conv2d.of(x.dim(1) * expansion, 3).stride(stride);
    return s.run(
        () -> {
          Tensor y = convActivation(s.at("spatial_conv"), x, expand, true);
          return convNorm(s.at("point_conv"), y, Conv2d.of(out, 1));
        });
  }
}
