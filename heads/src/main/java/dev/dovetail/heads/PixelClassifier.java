package dev.dovetail.heads;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;

/** The last layers of heads that classify pixels: dropout and a 1x1 convolution. */
public final class PixelClassifier {

  private PixelClassifier() {}

  /**
   * {@return the scores of each class [batch, classes, height, width]}
   *
   * @param s the scope of the convolution's parameters
   * @param x [batch, channels, height, width]
   * @param classes number of classes
   */
  public static Tensor logits(Scope s, Tensor x, int classes) {
    Tensor kept = s.dropChannels(x, 0.1);
    return Conv2d.of(classes, 1).init(new Init.Normal(0.01f)).apply(s, kept);
  }
}
