package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** Query, key and value projections that several transformer families share. */
public final class Projections {

  private Projections() {}

  /**
   * Projects to query, key and value, concatenated, with a bias only for query ({@code q_bias}) and
   * value ({@code v_bias}): BEiT and Swin V2.
   *
   * @param s the attention's scope, which also contains {@code qkv.weight}
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
