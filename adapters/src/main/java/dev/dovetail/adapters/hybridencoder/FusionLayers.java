package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * The layers of the fusion blocks.
 *
 * @param depth number of RepVGG blocks in a partial layer
 * @param norm the convolutions with norms
 */
record FusionLayers(int depth, Activation activation, ConvNorm norm) {

  FusionLayers with(Activation other) {
    return new FusionLayers(depth, other, norm);
  }

  /** A convolution, a norm and an activation. */
  Tensor activated(Scope s, Tensor x, Conv2d conv) {
    return activation.apply(norm.apply(s, x, conv));
  }

  /** The sum of two branches, one of which has RepVGG blocks (Wang et al. 2020, CSPNet). */
  Tensor partial(Scope s, Tensor x, int inner, int out) {
    return s.run(
        () -> {
          Conv2d branch = Conv2d.of(inner, 1);
          Tensor deep = bottlenecks(s, activated(s.at("conv1"), x, branch));
          Tensor sum = deep.plus(activated(s.at("conv2"), x, branch));
          return inner == out ? sum : activated(s.at("conv3"), sum, Conv2d.of(out, 1));
        });
  }

  /**
   * The sum of two branches that read the halves of one convolution's result, optionally followed
   * by a convolution.
   */
  Tensor split(Scope s, Tensor x, int inner, boolean convolution) {
    return s.run(
        () -> {
          List<Tensor> halves = activated(s.at("conv1"), x, Conv2d.of(2 * inner, 1)).chunk(2, 1);
          Tensor sum = halves.get(0).plus(bottlenecks(s, halves.get(1)));
          return convolution ? activated(s.at("conv2"), sum, Conv2d.of(inner, 3)) : sum;
        });
  }

  private Tensor bottlenecks(Scope s, Tensor x) {
    return s.at("bottlenecks").fold(0, depth, x, (b, y, i) -> repVgg(b, y));
  }

  /**
   * Parallel 3x3 and 1x1 convolutions, which are merged into one outside training (Ding et al.
   * 2021).
   */
  private Tensor repVgg(Scope s, Tensor x) {
    Tensor conv3 = norm.apply(s.at("conv1"), x, Conv2d.of(x.dim(1), 3));
    Tensor conv1 = norm.apply(s.at("conv2"), x, Conv2d.of(x.dim(1), 1));
    return activation.apply(s.training() ? conv3.plus(conv1) : joined(s, x, conv3, conv1));
  }

  /** A convolution of x whose weight and bias are computed from parameters only. */
  private static Tensor joined(Scope s, Tensor x, Tensor conv3, Tensor conv1) {
    Node outer = s.float32(() -> Lowering.convolutionWithBatchNorm(conv3.node())).node();
    Node inner = s.float32(() -> Lowering.convolutionWithBatchNorm(conv1.node())).node();
    Tensor weight =
        s.float32(
            () -> {
              Tensor middle = inner.inputs().get(1).pad(2, 1, 1, 0).pad(3, 1, 1, 0);
              return outer.inputs().get(1).plus(middle);
            });
    Tensor bias = s.float32(() -> outer.inputs().get(2).plus(inner.inputs().get(2)));
    return x.apply(outer.op(), weight, bias);
  }
}
