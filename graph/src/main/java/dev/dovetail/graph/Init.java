package dev.dovetail.graph;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/** How the reference implementation initialises a parameter. */
public sealed interface Init {

  /**
   * Fills {@code out} (all elements of a parameter of {@code shape}) with initial values.
   *
   * @param out takes the elements
   * @param shape of the parameter
   * @param random where random values come from
   */
  void fill(FloatBuffer out, Shape shape, RandomGenerator random);

  /** One value everywhere. */
  record Constant(float value) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put(value);
      }
    }
  }

  /**
   * Given values.
   *
   * @param values as many as the parameter has elements
   */
  record Values(List<Float> values) implements Init {

    /**
     * Copies the values.
     *
     * @param values as many as the parameter has elements
     */
    public Values {
      values = List.copyOf(values);
    }

    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      values.forEach(out::put);
    }
  }

  /** Normal, mean 0, cut at two standard deviations (timm's {@code trunc_normal_}). */
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

  /** Normal, mean 0. */
  record Normal(float std) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put((float) (random.nextGaussian() * std));
      }
    }
  }

  /** Uniform in plus and minus {@code bound}. */
  record Uniform(float bound) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      while (out.hasRemaining()) {
        out.put((float) ((2 * random.nextDouble() - 1) * bound));
      }
    }
  }

  /**
   * Normal with the variance {@code 2 / fan-out} (He et al. 2015), for convolutions [out, in /
   * groups, h, w].
   */
  record KaimingNormal(int groups) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      double fanOut = (double) shape.elements() / shape.dim(1) / groups;
      new Normal((float) Math.sqrt(2 / fanOut)).fill(out, shape, random);
    }
  }

  /** Uniform with the variance {@code 2 / (fan-in + fan-out)} (Glorot and Bengio 2010). */
  record XavierUniform() implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      double receptive = (double) shape.elements() / shape.dim(0) / shape.dim(1);
      double bound = Math.sqrt(6 / (receptive * (shape.dim(0) + shape.dim(1))));
      new Uniform((float) bound).fill(out, shape, random);
    }
  }

  /** PyTorch's default of linear and convolution layers: uniform, bound {@code 1/sqrt(fan-in)}. */
  record FanIn(int fanIn) implements Init {
    @Override
    public void fill(FloatBuffer out, Shape shape, RandomGenerator random) {
      new Uniform((float) (1 / Math.sqrt(fanIn))).fill(out, shape, random);
    }
  }

  /**
   * The bias of the sampling offsets of multi-scale deformable attention (Zhu et al. 2021, appendix
   * A.4): each head looks in a direction of its own, point k at k + 1 cells. The parameter is
   * [heads * levels * points * 2], x before y.
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
