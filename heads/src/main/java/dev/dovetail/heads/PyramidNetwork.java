package dev.dovetail.heads;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.MaskDrawer;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.graph.network.Suppression;
import java.util.Optional;
import java.util.function.Function;

/**
 * A network of a backbone, an adapter, a neck and a head, as in most dense predictors. Taps are
 * {@code backbone.f1}, … (the adapter's pyramid, finest first) and {@code neck.p1}, … (the neck's).
 */
public record PyramidNetwork<P extends Predictions>(
    Backbone backbone, Adapter adapter, Neck neck, PyramidHead<P> head)
    implements BackboneNetwork<P> {

  @Override
  public P forward(Scope root, ImageBatch images) {
    return head.predict(root, features(root, images.pixels()), images);
  }

  /**
   * Computes the input of the head.
   *
   * @param root the root scope of the model
   * @param image [batch, 3, height, width], normalized
   */
  public FeaturePyramid features(Scope root, Tensor image) {
    FeaturePyramid pyramid =
        named(root.at("backbone"), "f", s -> adapter.apply(s, backbone, image));
    return named(root.at("neck"), "p", s -> neck.apply(s, pyramid));
  }

  private static FeaturePyramid named(
      Scope s, String letter, Function<Scope, FeaturePyramid> part) {
    FeaturePyramid pyramid = s.run(() -> part.apply(s));
    for (int i = 0; i < pyramid.levels().size(); i++) {
      s.tap(letter + (i + 1), pyramid.map(i));
    }
    return pyramid;
  }

  @Override
  public Class<P> predictions() {
    return head.predictions();
  }

  @Override
  public int classes() {
    return head.classes();
  }

  @Override
  public Optional<Suppression> suppression() {
    return head.suppression();
  }

  @Override
  public Optional<MaskDrawer> maskDrawer() {
    return head.maskDrawer()
        .map(
            drawer ->
                (root, images, objects) ->
                    drawer.draw(root, features(root, images.pixels()), images, objects));
  }
}
