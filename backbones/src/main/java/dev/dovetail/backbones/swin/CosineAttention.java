package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Projections;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;

/**
 * The attention of Swin V2 (Liu et al. 2022, sections 3.3 and 3.4): cosines with a learned
 * temperature plus a bias that a small network makes of every relative position in logarithmic
 * coordinates, which therefore serves windows of any size.
 *
 * @param heads heads of the attention
 * @param qkvBias whether query and value have a bias
 * @param positions the window
 * @param pretrainedWindow the window that the coordinates are relative to; 0 for this window
 */
record CosineAttention(
    int heads, boolean qkvBias, RelativePositions positions, int pretrainedWindow)
    implements WindowAttention {

  /** Hidden channels of the network that makes the bias. */
  private static final int HIDDEN = 512;

  private static final double LARGEST_SCALE = 100;

  @Override
  public Tensor apply(Scope s, Tensor x, WindowPartition cut) {
    int width = x.dim(2);
    Tensor in = cut.extended(x);
    Tensor all =
        qkvBias
            ? Projections.qkvWithoutKeyBias(s, in)
            : linearWithoutBias(s.at("qkv"), in, 3 * width);
    List<Tensor> qkv = all.chunk(3, -1);
    Tensor scale =
        s.weight("logit_scale", new Init.Constant((float) Math.log(10)), heads, 1, 1)
            .min(s.constant((float) Math.log(LARGEST_SCALE)))
            .exp()
            .reshape(heads, 1);
    Tensor q = unit(s, qkv.get(0), scale);
    Tensor k = unit(s, qkv.get(1), s.constant(1f));
    return linear(s.at("proj"), cut.attend(q, k, qkv.get(2), bias(s), heads, 1), width);
  }

  /** Every head's part of the tokens with the length {@code length}. */
  private Tensor unit(Scope s, Tensor x, Tensor length) {
    Tensor parts = x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    Tensor factor =
        s.float32(
            () -> length.div(parts.times(parts).sum(-1, true).sqrt().max(s.constant(1e-12f))));
    return parts.times(factor).reshape(x.shape().dims());
  }

  private Tensor bias(Scope s) {
    s.ignoreKeys("relative_coords_table", "coordinates that follow from the window's size");
    s.ignoreKeys("relative_position_index", "an index table that follows from the window's size");
    Scope mlp = s.at("cpb_mlp");
    Tensor hidden = linear(mlp.at(0), s.constant(coordinates()), HIDDEN).relu();
    Tensor table = linearWithoutBias(mlp.at(2), hidden, heads).sigmoid().times(16);
    return positions.select(s, table);
  }

  /** Rows and columns of every relative position, [entries, 2]. */
  private TensorData coordinates() {
    int height = positions.height();
    int width = positions.width();
    float[] c = new float[2 * positions.entries()];
    int next = 0;
    for (int row = 1 - height; row < height; row++) {
      for (int column = 1 - width; column < width; column++) {
        c[next++] = logarithmic(row, height);
        c[next++] = logarithmic(column, width);
      }
    }
    return TensorData.of(c, positions.entries(), 2);
  }

  private float logarithmic(int distance, int window) {
    int reach = Math.max((pretrainedWindow > 0 ? pretrainedWindow : window) - 1, 1);
    double scaled = 8.0 * distance / reach;
    return (float) (Math.signum(scaled) * Math.log(Math.abs(scaled) + 1) / Math.log(8));
  }
}
