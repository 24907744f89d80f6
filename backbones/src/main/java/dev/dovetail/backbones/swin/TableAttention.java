package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;

/**
 * The attention of Swin (Liu et al. 2021, section 3.2): scaled products plus a learned bias for
 * every relative position.
 *
 * @param heads heads of the attention
 * @param qkvBias whether query, key and value have a bias
 * @param trained the window that the table was learned for
 * @param rows rows of the window, for which the table is resized as timm does
 * @param columns columns of the window
 */
record TableAttention(int heads, boolean qkvBias, RelativePositions trained, int rows, int columns)
    implements WindowAttention {

  @Override
  public Tensor apply(Scope s, Tensor x, WindowPartition cut) {
    int width = x.dim(2);
    Tensor in = cut.extended(x);
    Tensor all =
        qkvBias
            ? linear(s.at("qkv"), in, 3 * width)
            : linearWithoutBias(s.at("qkv"), in, 3 * width);
    List<Tensor> qkv = all.chunk(3, -1);
    float scale = (float) Math.pow((double) width / heads, -0.5);
    Tensor bias = trained.bias(s, heads, rows, columns, Interpolation.GEOMETRIC);
    Tensor out = cut.attend(qkv.get(0), qkv.get(1), qkv.get(2), bias, heads, scale);
    return linear(s.at("proj"), out, width);
  }
}
