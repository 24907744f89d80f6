package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.fused.GatedActivation;
import java.util.List;
import java.util.function.UnaryOperator;

/** The MLP of a transformer block: two linear layers ({@code fc1}, {@code fc2}). */
public enum Mlp {
  /** {@code fc2(gelu(fc1(x)))}. */
  GELU {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      return linear(s.at("fc1"), x, hidden).gelu();
    }
  },
  /**
   * SwiGLU (Shazeer 2020), with the gate in the first half of {@code fc1}: DINOv2, DINOv3, EVA-02.
   */
  SWIGLU {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      return gated(
          s, x, hidden, GatedActivation.Activation.SILU, gate -> gate.times(gate.sigmoid()));
    }
  },
  /** GEGLU (Shazeer 2020): the gate has a GELU. */
  GEGLU {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      return gated(s, x, hidden, GatedActivation.Activation.GELU, Tensor::gelu);
    }
  },
  /** SwiGLU with a norm before {@code fc2}: EVA-02 from the base size. */
  SWIGLU_NORM {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      return layerNorm(s.at("norm"), SWIGLU.hidden(s, x, hidden, epsilon), epsilon);
    }
  };

  private static Tensor gated(
      Scope s,
      Tensor x,
      int hidden,
      GatedActivation.Activation activation,
      UnaryOperator<Tensor> activate) {
    Tensor both = linear(s.at("fc1"), x, 2 * hidden);
    List<Tensor> halves = both.chunk(2, -1);
    Tensor y = activate.apply(halves.get(0)).times(halves.get(1));
    return both.fusible(y, new GatedActivation(false, activation));
  }

  /** Computes the hidden values: x [..., width] to [..., hidden]. */
  abstract Tensor hidden(Scope s, Tensor x, int hidden, double epsilon);

  /**
   * Applies the MLP.
   *
   * @param s the scope of its parameters
   * @param x [..., width]
   * @param hidden number of channels between the linear layers
   * @param epsilon the epsilon of the norm, if there is one
   * @return [..., width]
   */
  public Tensor apply(Scope s, Tensor x, int hidden, double epsilon) {
    return s.run(() -> linear(s.at("fc2"), hidden(s, x, hidden, epsilon), x.dim(-1)));
  }

  /**
   * Applies the standard MLP, with a GELU between the linear layers.
   *
   * @param s the scope of its parameters
   * @param x [..., width]
   * @param hidden number of channels between the linear layers
   * @return [..., width]
   */
  public static Tensor mlp(Scope s, Tensor x, int hidden) {
    return GELU.apply(s, x, hidden, 0);
  }
}
