package dev.dovetail.adapters;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;

/**
 * The multi-receptive field feature pyramid of ViT-CoMer (Xia et al. 2024, section 3.2; {@code
 * mrfp}): a feed-forward layer with depthwise convolutions of 3x3 on one half of the channels and
 * 5x5 on the other, kernels of their own on each of three levels.
 *
 * @param hidden channels between the two linear layers, even
 */
public record Mrfp(int hidden) {

  /**
   * @param hidden channels between the two linear layers, even
   * @throws IllegalArgumentException if {@code hidden} is odd or not positive
   */
  public Mrfp {
    if (hidden < 2 || hidden % 2 != 0) {
      throw new IllegalArgumentException(
          "MRFP: its hidden channels must be even and positive, and they are " + hidden);
    }
  }

  /**
   * Tokens [batch, tokens, width] of three levels to tokens of the same shape; no residual.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid c) {
    List<Tensor> maps = c.with(linear(s.at("fc1"), c.tokens(), hidden)).maps();
    List<Tensor> normal = new ArrayList<>();
    for (int level = 0; level < maps.size(); level++) {
      normal.add(level(s.at("dwconv"), maps.get(level), level));
    }
    // The reference applies the activation in the convolutions and again in the layer around them.
    Tensor y = TokenPyramid.ofMaps(normal).tokens().gelu().gelu();
    return linear(s.at("fc2"), y, c.tokens().dim(2));
  }

  private Tensor level(Scope s, Tensor map, int level) {
    List<Tensor> halves = map.chunk(2, 1);
    Tensor narrow =
        Conv2d.depthwise(hidden / 2, 3).apply(s.at("dwconv" + (2 * level + 1)), halves.get(0));
    Tensor wide =
        Conv2d.depthwise(hidden / 2, 5).apply(s.at("dwconv" + (2 * level + 2)), halves.get(1));
    return batchNorm(s.at("bn" + (level + 1)), Tensor.concat(1, narrow, wide));
  }
}
