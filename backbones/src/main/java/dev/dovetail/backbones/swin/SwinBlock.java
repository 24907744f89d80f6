package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Mlp.mlp;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.WindowPartition;
import java.util.function.UnaryOperator;

/**
 * One block of Swin: attention inside windows and an MLP. The norm precedes each of them (Liu et
 * al. 2021) or, in V2, follows it (Liu et al. 2022, section 3.2).
 *
 * @param dropShare drop-path rate of the branches as a fraction of the last block's
 */
record SwinBlock(WindowAttention attention, double mlpRatio, boolean normFirst, double dropShare) {

  /** Maps tokens [batch, cells, width] to the same shape. */
  Tensor apply(Scope s, Tensor in, WindowPartition windows) {
    s.ignoreKeys("attn_mask", "a mask that is computed from the image size");
    int hidden = (int) (in.dim(2) * mlpRatio);
    Tensor out = norm(s.at("norm1"), in, y -> attention.apply(s.at("attn"), y, windows));
    Tensor x = in.plus(s.dropPath(out, dropShare));
    Tensor mlpOut = norm(s.at("norm2"), x, y -> mlp(s.at("mlp"), y, hidden));
    return x.plus(s.dropPath(mlpOut, dropShare));
  }

  /** Applies a branch with its norm before or after it. */
  private Tensor norm(Scope s, Tensor x, UnaryOperator<Tensor> branch) {
    return normFirst
        ? branch.apply(layerNorm(s, x, Swin.EPSILON))
        : layerNorm(s, branch.apply(x), Swin.EPSILON);
  }
}
