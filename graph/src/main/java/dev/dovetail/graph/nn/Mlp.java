package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

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
      List<Tensor> halves = linear(s.at("fc1"), x, 2 * hidden).chunk(2, -1);
      Tensor gate = halves.get(0);
      return gate.times(gate.sigmoid()).times(halves.get(1));
    }
  },
  /** GEGLU (Shazeer 2020): the gate has a GELU. */
  GEGLU {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      List<Tensor> halves = linear(s.at("fc1"), x, 2 * hidden).chunk(2, -1);
      return halves.get(0).gelu().times(halves.get(1));
    }
  },
  /** SwiGLU with a norm before {@code fc2}: EVA-02 from the base size. */
  SWIGLU_NORM {
    @Override
    Tensor hidden(Scope s, Tensor x, int hidden, double epsilon) {
      return layerNorm(s.at("norm"), SWIGLU.hidden(s, x, hidden, epsilon), epsilon);
    }
  };

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
