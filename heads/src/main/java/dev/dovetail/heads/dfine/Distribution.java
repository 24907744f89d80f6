package dev.dovetail.heads.dfine;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise.Binary;
import dev.dovetail.graph.Elementwise.Operator;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.PredictionMlp;

/**
 * Distributions of the distances of box edges (Peng et al. 2024, section 4.1): a softmax over
 * unevenly spaced bins and a score that is corrected by the sharpness of the distribution.
 *
 * @param bins number of bins minus one, an even number of at least 4
 * @param up distance of the second-to-last bin, as a fraction of the width or height of the box;
 *     the value of a checkpoint takes precedence
 * @param scale flatness of the spacing around zero, {@code reg_scale}; the value of a checkpoint
 *     takes precedence
 * @param quality the estimator that corrects the scores
 */
public record Distribution(int bins, double up, double scale, Quality quality) {

  /**
   * The location quality estimator.
   *
   * @param top number of the largest probabilities of each edge that are its input, together with
   *     their mean
   * @param hidden channels between its layers
   * @param layers number of layers
   */
  public record Quality(int top, int hidden, int layers) {

    public Quality {
      Require.positive("top", top);
      Require.positive("hidden", hidden);
      Require.positive("layers", layers);
    }
  }

  public Distribution {
    if (bins < 4 || bins % 2 != 0) {
      throw new IllegalArgumentException(
          "bins is " + bins + ", expected an even number of at least 4");
    }
    if (quality.top() > bins + 1) {
      throw new IllegalArgumentException(
          "quality.top is " + quality.top() + ", expected at most bins + 1 (" + (bins + 1) + ")");
    }
  }

  /** Returns the published distribution. */
  public static Distribution defaults() {
    return new Distribution(32, 0.5, 4, new Quality(4, 64, 2));
  }

  /** {@return the number of outputs for four edges} */
  int outputs() {
    return 4 * (bins + 1);
  }

  /**
   * Decodes boxes whose edges are the means of distributions.
   *
   * @param s the scope that contains {@code up} and {@code reg_scale}
   * @param boxes the reference boxes of the distances [batch, n, 4]
   * @param edges logits of the bins of left, top, right and bottom [batch, n, 4 (bins + 1)]
   * @return center x, center y, width, height [batch, n, 4]
   */
  Tensor boxes(Scope s, Tensor boxes, Tensor edges) {
    return s.float32(
        () -> {
          Tensor scale = parameter(s, "reg_scale", this.scale);
          Tensor distances = probabilities(edges).times(weights(s, scale)).sum(3, false);
          Tensor centre = boxes.slice(2, 0, 2);
          Tensor unit = boxes.slice(2, 2, 4).div(scale);
          Tensor reach = distances.plus(scale.times(0.5));
          Tensor first = centre.minus(reach.slice(2, 0, 2).times(unit));
          Tensor last = centre.plus(reach.slice(2, 2, 4).times(unit));
          return Tensor.concat(2, first.plus(last).times(0.5), last.minus(first));
        });
  }

  /** Returns probabilities [batch, n, 4, bins + 1]. */
  private Tensor probabilities(Tensor edges) {
    return edges.reshape(edges.dim(0), edges.dim(1), 4, bins + 1).softmax(3);
  }

  private static Tensor parameter(Scope s, String name, double value) {
    return s.parameter(name, DType.FLOAT32, Role.BUFFER, new Init.Constant((float) value), 1).abs();
  }

  /**
   * Computes the distance of each bin, W(n) [bins + 1]: powers of a step on both sides of zero, and
   * twice the bound for the outermost bins.
   */
  private Tensor weights(Scope s, Tensor scale) {
    int inner = bins / 2 - 1;
    float[] exponents = new float[2 * inner + 1];
    float[] signs = new float[2 * inner + 1];
    for (int i = -inner; i <= inner; i++) {
      exponents[i + inner] = Math.abs(i);
      signs[i + inner] = Math.signum(i);
    }
    Tensor bound = parameter(s, "up", up).times(scale);
    Tensor step = bound.plus(1).pow(2.0 / (bins - 2));
    Tensor powers = step.apply(new Binary(Operator.POW), s.constant(exponents));
    Tensor between = powers.minus(1).times(s.constant(signs));
    return Tensor.concat(0, bound.times(-2), between, bound.times(2));
  }

  /**
   * Corrects scores by the shape of the distributions.
   *
   * @param s the estimator's scope
   * @param logits logits of classes [batch, n, classes]
   * @param edges logits of the bins [batch, n, 4 (bins + 1)]
   * @return corrected logits
   */
  Tensor corrected(Scope s, Tensor logits, Tensor edges, Activation activation) {
    return s.run(
        () -> {
          Tensor largest = probabilities(edges).topK(quality.top(), 3).get(0);
          Tensor shape = Tensor.concat(3, largest, largest.mean(3, true));
          Tensor flat = shape.reshape(edges.dim(0), edges.dim(1), 4 * (quality.top() + 1));
          return logits.plus(estimator(activation).apply(s.at("reg_conf"), flat));
        });
  }

  /** Declares an estimator that is used in training only. */
  void unread(Scope s) {
    int in = 4 * (quality.top() + 1);
    for (int i = 0; i < quality.layers(); i++) {
      int out = i == quality.layers() - 1 ? 1 : quality.hidden();
      Scope layer = s.at("reg_conf.layers").at(i);
      layer.unread("weight", DFine.TRAINING, out, in);
      layer.unread("bias", DFine.TRAINING, out);
      in = out;
    }
  }

  private PredictionMlp estimator(Activation activation) {
    return new PredictionMlp(quality.hidden(), 1, quality.layers(), activation);
  }
}
