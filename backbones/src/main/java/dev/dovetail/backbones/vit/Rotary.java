package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.RotaryEmbedding;

/**
 * A rotary position embedding (Su et al. 2021) of a grid. Each pair of a head's channels is rotated
 * by an angle proportional to the row (first half of the pairs) or the column (second half); the
 * frequency decreases from pair to pair. Tokens before the grid are not rotated.
 *
 * @param kind the coordinates of the cells and the pairing of channels
 * @param base base of the geometric progression of frequencies
 * @param grid rows and columns of the pre-training grid; used by {@link Kind#GRID} only
 */
public record Rotary(Kind kind, double base, int grid) implements AttentionPositions {

  /** The variants of published models. */
  public enum Kind {
    /** No rotation. */
    NONE,
    /** EVA-02: coordinates are scaled to the pre-training grid; adjacent channels form pairs. */
    GRID,
    /** DINOv3: coordinates are between -1 and 1; a pair has one channel of each half of a head. */
    UNIT
  }

  /**
   * @param kind the coordinates of the cells and the pairing of channels
   * @param base base of the geometric progression of frequencies
   * @param grid rows and columns of the pre-training grid; used by {@link Kind#GRID} only
   * @throws IllegalArgumentException if a value is invalid
   */
  public Rotary {
    if (kind != Kind.NONE && base <= 1 || kind == Kind.GRID && grid < 1) {
      throw new IllegalArgumentException(
          "rotary position embeddings require a base above 1 and the pre-training grid, but have "
              + base
              + " and "
              + grid);
    }
  }

  /**
   * Returns an instance without rotation.
   *
   * @return no rotation
   */
  public static Rotary none() {
    return new Rotary(Kind.NONE, 0, 0);
  }

  /**
   * Returns the rotation of EVA-02.
   *
   * @return the rotation
   */
  public static Rotary eva02() {
    return new Rotary(Kind.GRID, 10000, 16);
  }

  /**
   * Returns the rotation of DINOv3.
   *
   * @return the rotation
   */
  public static Rotary dinov3() {
    return new Rotary(Kind.UNIT, 100, 0);
  }

  @Override
  public Tensor encode(Tensor x, int heads, Features places) {
    if (kind == Kind.NONE) {
      return x;
    }
    int pairs = x.dim(2) / heads / 2;
    float[] cos = new float[x.dim(1) * pairs];
    float[] sin = new float[cos.length];
    for (int token = 0; token < x.dim(1); token++) {
      for (int pair = 0; pair < pairs; pair++) {
        double angle =
            token < places.prefix() ? 0 : angle(places, token - places.prefix(), pair, pairs);
        cos[token * pairs + pair] = (float) Math.cos(angle);
        sin[token * pairs + pair] = (float) Math.sin(angle);
      }
    }
    // The axis `pair` holds the two channels of a pair.
    boolean halves = kind == Kind.UNIT;
    int pair = halves ? 3 : 4;
    int[] split = {x.dim(0), x.dim(1), heads, halves ? 2 : pairs, halves ? pairs : 2};
    int[] table = {x.dim(1), 1, halves ? 1 : pairs, halves ? pairs : 1};
    Tensor c = x.constant(TensorData.of(cos, table));
    Tensor s = x.constant(TensorData.of(sin, table));
    Tensor both = x.reshape(split);
    Tensor a = both.slice(pair, 0, 1);
    Tensor b = both.slice(pair, 1, 2);
    Tensor rotated = Tensor.concat(pair, a.times(c).minus(b.times(s)), b.times(c).plus(a.times(s)));
    return x.fusible(
        rotated.reshape(x.shape().dims()),
        new RotaryEmbedding(heads, !halves),
        c.reshape(x.dim(1), pairs),
        s.reshape(x.dim(1), pairs));
  }

  private double angle(Features places, int cell, int pair, int pairs) {
    int frequencies = pairs / 2;
    boolean row = pair < frequencies;
    int index = row ? cell / places.width() : cell % places.width();
    int cells = row ? places.height() : places.width();
    double position =
        kind == Kind.GRID
            ? (double) index / cells * grid
            : 2 * Math.PI * (2 * (index + 0.5) / cells - 1);
    return position * Math.pow(base, -(pair % frequencies) / (double) frequencies);
  }
}
