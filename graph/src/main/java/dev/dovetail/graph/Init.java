package dev.dovetail.graph;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/** The initialization of a parameter in the reference implementation. */
public sealed interface Init {

  /**
   * Fills {@code out} with initial values for all elements of a parameter with the shape {@code
   * shape}.
   *
   * @param out receives the elements
   * @param shape the shape of the parameter
   * @param random the source of random values
   */
  void fill(FloatBuffer out, Shape shape, RandomGenerator random);

  /** A constant value. */
  record Constant(float value) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put(value);
      }
    }
  }

  /**
   * Explicit values.
   *
   * @param values one value per element of the parameter
   */
  record Values(List<Float> values) implements Init {

    /**
     * Copies the values.
     *
     * @param values one value per element of the parameter
     */
    public Values {
      values = List.copyOf(values);
    }

    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      values.forEach(out::put);
    }
  }

  /**
   * Normal distribution with mean 0, truncated at two standard deviations (timm's {@code
   * trunc_normal_tf_}).
   */
  record TruncatedNormal(float std) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        double v = random.nextGaussian();
        if (Math.abs(v) <= 2) {
          out.put((float) (v * std));
        }
      }
    }
  }

  /** Normal distribution with mean 0. */
  record Normal(float std) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put((float) (random.nextGaussian() * std));
      }
    }
  }

  /** Uniform distribution between minus {@code bound} and {@code bound}. */
  record Uniform(float bound) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put((float) ((2 * random.nextDouble() - 1) * bound));
      }
    }
  }

  /**
   * Normal distribution with variance {@code 2 / fan-out} (He et al. 2015), for convolutions [out,
   * in / groups, h, w].
   */
  record KaimingNormal(int groups) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      double fanOut = (double) shape.elements() / shape.dim(1) / groups;
      new Normal((float) Math.sqrt(2 / fanOut)).fill(out, shape, random);
    }
  }

  /** Uniform distribution with variance {@code 2 / (fan-in + fan-out)} (Glorot and Bengio 2010). */
  record XavierUniform() implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      double receptive = (double) shape.elements() / shape.dim(0) / shape.dim(1);
      double bound = Math.sqrt(6 / (receptive * (shape.dim(0) + shape.dim(1))));
      new Uniform((float) bound).fill(out, shape, random);
    }
  }

  /**
   * PyTorch's default for linear and convolution layers: uniform distribution with bound {@code
   * 1/sqrt(fan-in)}.
   */
  record FanIn(int fanIn) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      new Uniform((float) (1 / Math.sqrt(fanIn))).fill(out, shape, random);
    }
  }

  /**
   * The bias of the sampling offsets of multi-scale deformable attention (Zhu et al. 2021, appendix
   * A.4): each head has its own direction, with point k at a distance of k + 1 cells. The parameter
   * is [heads * levels * points * 2], x before y.
   */
  record Directions(int heads, int levels, int points) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      for (int i = 0; i < heads * levels * points; i++) {
        double angle = 2 * Math.PI * (i / (levels * points)) / heads;
        double x = Math.cos(angle);
        double y = Math.sin(angle);
        double length = (i % points + 1) / Math.max(Math.abs(x), Math.abs(y));
        out.put((float) (x * length)).put((float) (y * length));
      }
    }
  }

  /** {@return all zeros} */
  static Init zeros() {
    return new Constant(0);
  }

  /** {@return all ones} */
  static Init ones() {
    return new Constant(1);
  }
}
