package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Mlp.mlp;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.function.UnaryOperator;

/**
 * One block of Swin: attention inside windows and an MLP, each normalised before (Liu et al. 2021)
 * or, in V2, after (Liu et al. 2022, section 3.2).
 */
record SwinBlock(WindowAttention attention, double mlpRatio, boolean normFirst) {

  /** Tokens [batch, cells, width] to tokens of the same shape. */
  Tensor apply(Scope s, Tensor x, WindowPartition cut) {
    s.ignoreKeys("attn_mask", "a mask that follows from the image's size");
    Tensor attended =
        x.plus(branch(s, "norm1", x, y -> s.in("attn", a -> attention.apply(a, y, cut))));
    int hidden = (int) (x.dim(2) * mlpRatio);
    return attended.plus(branch(s, "norm2", attended, y -> mlp(s.at("mlp"), y, hidden)));
  }

  private Tensor branch(Scope s, String norm, Tensor x, UnaryOperator<Tensor> body) {
    return normFirst
        ? body.apply(layerNorm(s.at(norm), x, Swin.EPSILON))
        : layerNorm(s.at(norm), body.apply(x), Swin.EPSILON);
  }
}
