package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.LayerScale;
import java.util.Optional;

/**
 * One pre-norm encoder block (Dosovitskiy et al. 2021, equations 2 and 3), with optional layer
 * scale (Touvron et al. 2021).
 *
 * @param attention the attention layer
 * @param mlp the MLP
 * @param epsilon epsilon of the norms
 * @param layerScale initial value of the layer scales; empty if there are none
 * @param dropShare drop-path rate of the branches as a fraction of the last block's
 */
record VitBlock(
    TokenLayer attention,
    TokenLayer mlp,
    double epsilon,
    Optional<Init> layerScale,
    double dropShare)
    implements TokenLayer {

  @Override
  public Tensor apply(Scope s, Features in) {
    Features x =
        in.plus(branch(s, "gamma1", attention.apply(s.at("attn"), norm(s.at("norm1"), in))));
    return x.plus(branch(s, "gamma2", mlp.apply(s.at("mlp"), norm(s.at("norm2"), x)))).tokens();
  }

  Features norm(Scope s, Features x) {
    return x.with(layerNorm(s, x.tokens(), epsilon));
  }

  /** Scales a branch by a learned vector and applies drop path. */
  Tensor branch(Scope s, String gamma, Tensor x) {
    Tensor scaled = layerScale.map(init -> LayerScale.layerScale(s.at(gamma), x, init)).orElse(x);
    return s.dropPath(scaled, dropShare);
  }
}
