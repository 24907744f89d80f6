package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Projections to query, key and value that several families of transformers share. */
public final class Projections {

  private Projections() {}

  /**
   * Query, key and value side by side, with a bias for query ({@code q_bias}) and value ({@code
   * v_bias}) alone: BEiT and Swin V2.
   *
   * @param s the attention's scope, which has {@code qkv.weight} too
   * @param x [batch, tokens, width]
   * @return [batch, tokens, 3 * width]
   */
  public static Tensor qkvWithoutKeyBias(Scope s, Tensor x) {
    int width = x.dim(2);
    Tensor bias =
        Tensor.concat(
            0,
            s.weight("q_bias", Init.zeros(), width),
            s.constant(new float[width]),
            s.weight("v_bias", Init.zeros(), width));
    Scope qkv = s.at("qkv");
    return qkv.run(
        () ->
            Linear.apply(
                x, qkv.weight("weight", new Init.TruncatedNormal(0.02f), 3 * width, width), bias));
  }
}
