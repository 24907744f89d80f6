package dev.dovetail.heads;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.MaskDrawer;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.graph.network.Suppression;
import java.util.Optional;

/**
 * A head on a feature pyramid.
 *
 * @param <P> the kind of its predictions
 */
public interface PyramidHead<P extends Predictions> extends Head {

  /** {@link MaskDrawer} on a feature pyramid. */
  @FunctionalInterface
  interface PyramidMaskDrawer {

    /**
     * Draws masks of known objects.
     *
     * @return float32 [n, side, side]: the probability of an object's mask within its box
     */
    Tensor draw(Scope root, FeaturePyramid features, ImageBatch images, MaskDrawer.Objects objects);
  }

  /**
   * What the head predicts.
   *
   * @param root the root of the model's scopes; a head names its own parts ({@code decode_head},
   *     {@code rpn_head}, …)
   * @param images the images that the features are of
   */
  P predict(Scope root, FeaturePyramid features, ImageBatch images);

  /** The kind of its predictions. */
  Class<P> predictions();

  /** How its objects compete; empty if they do not, or if it finds none. */
  default Optional<Suppression> suppression() {
    return Optional.empty();
  }

  /** What draws masks within boxes; empty if it draws none. */
  default Optional<PyramidMaskDrawer> maskDrawer() {
    return Optional.empty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Without a neck the head works on the adapter's pyramid.
   */
  @Override
  default Network<P> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck) {
    return new PyramidNetwork<>(
        backbone,
        adapter.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the section 'adapter' is missing; 'plain' gives the backbone's own maps")),
        neck.orElse((s, features) -> features),
        this);
  }
}
