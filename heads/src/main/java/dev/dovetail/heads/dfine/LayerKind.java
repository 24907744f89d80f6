package dev.dovetail.heads.dfine;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Activations;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.heads.queries.PredictionMlp;

/** The kinds of decoder layers, in which D-FINE and DEIMv2 differ. */
public enum LayerKind {
  /** Layer norms and a feed-forward network of two layers. */
  DFINE {
    @Override
    Tensor norm(Scope s, Tensor x, double epsilon) {
      return Norms.layerNorm(s, x, epsilon);
    }

    @Override
    Tensor gateNorm(Scope s, Tensor x) {
      return Norms.layerNorm(s, x, 1e-5);
    }

    /** Clamped to the range of half precision, as in the authors' code. */
    @Override
    Tensor feedForward(Scope s, Tensor x, int hidden, Activation activation) {
      return x.plus(new FeedForward(hidden, activation).apply(s, x)).clip(-65504, 65504);
    }

    @Override
    PredictionMlp position(int width, Activation activation) {
      return new PredictionMlp(2 * width, width, 2);
    }
  },
  /** Root-mean-square norms and a gated feed-forward network (SwiGLU, Shazeer 2020). */
  DEIMV2 {
    @Override
    Tensor norm(Scope s, Tensor x, double epsilon) {
      return Norms.rmsNorm(s, x, 1e-6);
    }

    @Override
    Tensor gateNorm(Scope s, Tensor x) {
      return Norms.rmsNorm(s, x, 1e-6);
    }

    @Override
    Tensor feedForward(Scope s, Tensor x, int hidden, Activation activation) {
      Scope mlp = s.at("mlp");
      return x.plus(
          mlp.run(
              () -> {
                Tensor gate = Activations.silu(linear(mlp.at("gate_proj"), x, hidden / 2));
                Tensor inner = gate.times(linear(mlp.at("up_proj"), x, hidden / 2));
                return linear(mlp.at("down_proj"), inner, x.dim(-1));
              }));
    }

    @Override
    PredictionMlp position(int width, Activation activation) {
      return new PredictionMlp(width, width, 3, activation);
    }
  };

  /** Creates the norm after a residual connection. */
  abstract Tensor norm(Scope s, Tensor x, double epsilon);

  /** Creates the norm after the gate. */
  abstract Tensor gateNorm(Scope s, Tensor x);

  /** Applies the feed-forward network in the layer's scope with its residual connection. */
  abstract Tensor feedForward(Scope s, Tensor x, int hidden, Activation activation);

  /** Creates the MLP that computes the positions of queries from their boxes. */
  abstract PredictionMlp position(int width, Activation activation);
}
