package dev.dovetail.adapters.vitcomer;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.List;

/**
 * The multi-receptive field feature pyramid of ViT-CoMer (Xia et al. 2024, section 3.2; {@code
 * mrfp}): a feed-forward layer with depthwise convolutions, 3x3 on one half of the channels and 5x5
 * on the other. Each of the three levels has its own kernels.
 *
 * @param hidden channels between the two linear layers, even
 */
public record Mrfp(int hidden) {

  private static final int LEVELS = 3;

  /**
   * @throws IllegalArgumentException if {@code hidden} is odd or not positive
   */
  public Mrfp {
    if (hidden < 2 || hidden % 2 != 0) {
      throw new IllegalArgumentException(
          "MRFP: hidden must be even and positive, but is " + hidden);
    }
  }

  /**
   * Maps tokens to the same shape, without a residual connection.
   *
   * @param s the scope of its parameters
   * @param c levels at strides 8, 16 and 32
   * @return the same levels
   */
  public TokenPyramid apply(Scope s, TokenPyramid c) {
    return c.with(
        s.run(
            () -> {
              TokenPyramid in = c.with(linear(s.at("fc1"), c.tokens(), hidden));
              TokenPyramid y = in.eachMap((map, level) -> level(s.at("dwconv"), map, level));
              // The reference applies the activation inside the convolutions and again around them.
              return linear(s.at("fc2"), y.tokens().gelu().gelu(), c.tokens().dim(2));
            }));
  }

  private Tensor level(Scope s, Tensor map, int level) {
    List<Tensor> halves = map.chunk(2, 1);
    Scope narrow = s.at("dwconv" + (2 * level + 1));
    Scope conv5 = s.at("dwconv" + (2 * level + 2));
    Tensor y3 = Conv2d.depthwise(hidden / 2, 3).apply(narrow, halves.get(0));
    Tensor y5 = Conv2d.depthwise(hidden / 2, 5).apply(conv5, halves.get(1));
    return batchNorm(s.at("bn" + (level + 1)), Tensor.concat(1, y3, y5));
  }

  /**
   * Declares the layer for published models that contain it but never run it.
   *
   * @param s the scope of its parameters
   * @param width channels of the tokens
   * @param reason the reason for reports
   */
  void declareUnread(Scope s, int width, String reason) {
    s.ignoreKeys("*", reason); // includes the norms' statistics, which are not parameters
    s.unread("fc1.weight", reason, hidden, width);
    s.unread("fc1.bias", reason, hidden);
    s.unread("fc2.weight", reason, width, hidden);
    s.unread("fc2.bias", reason, width);
    for (int i = 1; i <= 2 * LEVELS; i++) {
      int kernel = i % 2 == 1 ? 3 : 5;
      s.unread("dwconv.dwconv" + i + ".weight", reason, hidden / 2, 1, kernel, kernel);
      s.unread("dwconv.dwconv" + i + ".bias", reason, hidden / 2);
    }
    for (int level = 1; level <= LEVELS; level++) {
      s.unread("dwconv.bn" + level + ".weight", reason, hidden);
      s.unread("dwconv.bn" + level + ".bias", reason, hidden);
    }
  }
}
