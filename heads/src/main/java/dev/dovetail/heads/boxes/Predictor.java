package dev.dovetail.heads.boxes;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** The 3x3 convolutions that compute predictions, initialized for focal loss (Lin et al. 2017). */
public final class Predictor {

  private static final float PRIOR = 0.01f;

  private Predictor() {}

  /** Predicts scores whose initial value is 0.01. */
  public static Tensor scores(Scope s, Tensor x, int out) {
    return conv(s, x, out, new Init.Constant((float) -Math.log((1 - PRIOR) / PRIOR)));
  }

  /** Predicts values whose initial value is 0. */
  public static Tensor values(Scope s, Tensor x, int out) {
    return conv(s, x, out, Init.zeros());
  }

  private static Tensor conv(Scope s, Tensor x, int out, Init bias) {
    return s.run(
        () ->
            x.apply(
                new Convolution.Conv(1, 1, 1),
                s.weight("weight", new Init.Normal(0.01f), out, x.dim(1), 3, 3),
                s.weight("bias", bias, out)));
  }
}
