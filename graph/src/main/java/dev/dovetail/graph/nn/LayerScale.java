package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** A learned factor for each channel of a residual branch (Touvron et al. 2021). */
public final class LayerScale {

  private LayerScale() {}

  /**
   * Multiplies x [..., width] by a learned vector [width].
   *
   * @param s the name of the vector: {@code s.at("gamma1")}
   * @param x [..., width]
   * @param init the initial values of the vector
   * @return [..., width]
   */
  public static Tensor layerScale(Scope s, Tensor x, Init init) {
    return x.times(s.weight("", init, x.dim(-1)));
  }
}
