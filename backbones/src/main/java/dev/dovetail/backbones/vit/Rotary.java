package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * Rotary position codes (Su et al. 2021) over a grid: each pair of a head's channels is turned by
 * an angle that grows with the row (first half of the pairs) or the column (second half), the
 * slower the later the pair. Tokens before the grid are not turned.
 *
 * @param kind where the grid's cells lie, and which channels make a pair
 * @param base of the geometric progression of frequencies
 * @param grid rows and columns of the grid of the pre-training; only {@link Kind#GRID} needs it
 */
public record Rotary(Kind kind, double base, int grid) implements AttentionPositions {

  /** The libraries' ways. */
  public enum Kind {
    /** No rotation. */
    NONE,
    /** EVA-02: cells of any grid spread over the pre-training's; neighbouring channels pair. */
    GRID,
    /** DINOv3: cells lie between -1 and 1; channels of the two halves of a head pair. */
    UNIT
  }

  /**
   * @param kind where the grid's cells lie, and which channels make a pair
   * @param base of the geometric progression of frequencies
   * @param grid rows and columns of the grid of the pre-training; only {@link Kind#GRID} needs it
   * @throws IllegalArgumentException if a value is invalid
   */
  public Rotary {
    if (kind != Kind.NONE && base <= 1 || kind == Kind.GRID && grid < 1) {
      throw new IllegalArgumentException(
          "rotary position codes need a base above 1 and the grid of the pre-training, and have "
              + base
              + " and "
              + grid);
    }
  }

  /**
   * No rotation.
   *
   * @return no rotation
   */
  public static Rotary none() {
    return new Rotary(Kind.NONE, 0, 0);
  }

  /**
   * As EVA-02 has it.
   *
   * @return the rotation
   */
  public static Rotary eva02() {
    return new Rotary(Kind.GRID, 10000, 16);
  }

  /**
   * As DINOv3 has it.
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
    // The two channels of a pair lie along the axis `pair`.
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
    return rotated.reshape(x.shape().dims());
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
