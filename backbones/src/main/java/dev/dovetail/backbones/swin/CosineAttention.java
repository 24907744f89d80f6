package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Projections;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;

/**
 * The attention of Swin V2 (Liu et al. 2022, sections 3.3 and 3.4): cosines with a learned
 * temperature plus a bias. A small network computes the bias from each relative position in
 * logarithmic coordinates, so it applies to windows of any size.
 *
 * @param heads heads of the attention
 * @param qkvBias whether query and value have a bias
 * @param window the window
 * @param pretrainedWindow the window size that normalizes the coordinates; 0 for {@code window}
 */
record CosineAttention(int heads, boolean qkvBias, Extent window, int pretrainedWindow)
    implements WindowAttention {

  /** Hidden channels of the network that computes the bias. */
  private static final int HIDDEN = 512;

  private static final double LARGEST_SCALE = 100;

  @Override
  public List<Tensor> qkv(Scope s, Tensor x) {
    Tensor joint =
        qkvBias
            ? Projections.qkvWithoutKeyBias(s, x)
            : linearWithoutBias(s.at("qkv"), x, 3 * x.dim(2));
    List<Tensor> qkv = joint.chunk(3, -1);
    Tensor q = normalize(s, qkv.get(0), inverseTemperature(s));
    Tensor k = normalize(s, qkv.get(1), s.constant(1f));
    return List.of(q, k, qkv.get(2));
  }

  private Tensor inverseTemperature(Scope s) {
    return s.weight("logit_scale", new Init.Constant((float) Math.log(10)), heads, 1, 1)
        .min(s.constant((float) Math.log(LARGEST_SCALE)))
        .exp()
        .reshape(heads, 1);
  }

  @Override
  public double scale(int width) {
    return 1;
  }

  /** Scales each head's part of the tokens to the norm {@code length}. */
  private Tensor normalize(Scope s, Tensor x, Tensor length) {
    Tensor parts = x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    Tensor factor =
        s.float32(
            () -> length.div(parts.times(parts).sum(-1, true).sqrt().max(s.constant(1e-12f))));
    return parts.times(factor).reshape(x.shape().dims());
  }

  @Override
  public Tensor bias(Scope s) {
    s.ignoreKeys("relative_coords_table", "computed from the window size");
    s.ignoreKeys("relative_position_index", "an index table that is computed from the window size");
    Scope mlp = s.at("cpb_mlp");
    Tensor hidden = linear(mlp.at(0), s.constant(coordinates()), HIDDEN).relu();
    Tensor table = linearWithoutBias(mlp.at(2), hidden, heads).sigmoid().times(16);
    return positions().select(s, table);
  }

  private RelativePositions positions() {
    return new RelativePositions(window.height(), window.width(), false);
  }

  /** The row and column of each relative position, [entries, 2]. */
  private TensorData coordinates() {
    int height = window.height();
    int width = window.width();
    int entries = positions().entries();
    float[] c = new float[2 * entries];
    int next = 0;
    for (int row = 1 - height; row < height; row++) {
      for (int column = 1 - width; column < width; column++) {
        c[next++] = logarithmic(row, height);
        c[next++] = logarithmic(column, width);
      }
    }
    return TensorData.of(c, entries, 2);
  }

  private float logarithmic(int distance, int extent) {
    int reach = Math.max((pretrainedWindow > 0 ? pretrainedWindow : extent) - 1, 1);
    double scaled = 8.0 * distance / reach;
    return (float) (Math.signum(scaled) * Math.log(Math.abs(scaled) + 1) / Math.log(8));
  }
}
