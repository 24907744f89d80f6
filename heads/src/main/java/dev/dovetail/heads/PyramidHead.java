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
 * @param <P> the type of its predictions
 */
public interface PyramidHead<P extends Predictions> extends Head {

  /** {@link MaskDrawer} on a feature pyramid. */
  @FunctionalInterface
  interface PyramidMaskDrawer {

    /**
     * Predicts the masks of known objects.
     *
     * @return float32 [n, side, side]: the probability of an object's mask within its box
     */
    Tensor draw(Scope root, FeaturePyramid features, ImageBatch images, MaskDrawer.Objects objects);
  }

  /**
   * Computes the predictions.
   *
   * @param root the root scope of the model; a head names its own scopes ({@code decode_head},
   *     {@code rpn_head}, …)
   * @param images the images of the features
   */
  P predict(Scope root, FeaturePyramid features, ImageBatch images);

  /** Returns the type of the predictions. */
  Class<P> predictions();

  /**
   * Returns the options of non-maximum suppression; empty if the head does not detect or suppress
   * objects.
   */
  default Optional<Suppression> suppression() {
    return Optional.empty();
  }

  /** Returns the predictor of masks within boxes; empty if there is none. */
  default Optional<PyramidMaskDrawer> maskDrawer() {
    return Optional.empty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Without a neck the head reads the adapter's pyramid.
   */
  @Override
  default Network<P> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck) {
    return new PyramidNetwork<>(
        backbone,
        adapter.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the section 'adapter' is missing; use 'plain' for the backbone's own maps")),
        neck.orElse((s, features) -> features),
        this);
  }
}
