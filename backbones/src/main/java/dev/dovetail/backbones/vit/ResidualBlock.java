package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Norms.channelLayerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;

/**
 * A block that ends in a convolutional bottleneck ({@code residual}; Li et al. 2022).
 *
 * @param block the block before the bottleneck
 */
record ResidualBlock(TokenLayer block) implements TokenLayer {

  @Override
  public Tensor apply(Scope s, Features in) {
    Features x = in.with(block.apply(s, in));
    return s.in("residual", r -> x.plus(bottleneck(r, x)).tokens());
  }

  private static Tensor bottleneck(Scope s, Features x) {
    int width = x.map().dim(1);
    Tensor y = convolution(s, 1, x.map(), width / 2, 1).gelu();
    y = convolution(s, 2, y, width / 2, 3).gelu();
    y = convolution(s, 3, y, width, 1);
    return Features.ofMap(y, x.stride()).tokens();
  }

  private static Tensor convolution(Scope s, int index, Tensor map, int out, int kernel) {
    Tensor y = Conv2d.of(out, kernel).withoutBias().apply(s.at("conv" + index), map);
    return channelLayerNorm(s.at("norm" + index), y, 1e-6);
  }
}
