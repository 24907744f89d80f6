package dev.dovetail.backbones.swin;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;

/**
 * The attention of Swin (Liu et al. 2021, section 3.2): scaled dot products plus a learned bias for
 * each relative position.
 *
 * @param heads heads of the attention
 * @param qkvBias whether query, key and value have a bias
 * @param trained the window of the training, which determines the size of the table
 * @param window the window; the table is resized for it as in timm
 */
record TableAttention(int heads, boolean qkvBias, Extent trained, Extent window)
    implements WindowAttention {

  @Override
  public List<Tensor> qkv(Scope s, Tensor x) {
    int width = 3 * x.dim(2);
    Scope qkv = s.at("qkv");
    return (qkvBias ? linear(qkv, x, width) : linearWithoutBias(qkv, x, width)).chunk(3, -1);
  }

  @Override
  public double scale(int width) {
    return Math.pow((double) width / heads, -0.5);
  }

  @Override
  public Tensor bias(Scope s) {
    return new RelativePositions(trained.height(), trained.width(), false)
        .bias(s, heads, window.height(), window.width(), Interpolation.GEOMETRIC);
  }
}
