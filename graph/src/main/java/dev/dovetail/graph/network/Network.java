package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import java.util.Optional;

/**
 * A model's computation, from normalized images to predictions. It is plain Java that is traced to
 * a graph. Sliding windows, post-processing, decoding and scoring are the responsibility of the
 * task that uses the predictions.
 *
 * @param <P> the kind of its predictions
 */
public interface Network<P extends Predictions> {

  /**
   * Traces one pass.
   *
   * @param root the root of the model's scopes, in which parameters have the names of published
   *     checkpoints
   * @param images the images
   * @return the predictions
   * @throws IllegalArgumentException if the network does not support the size of the images
   */
  P forward(Scope root, ImageBatch images);

  /** {@return the kind of its predictions, which determines the tasks that can use it} */
  Class<? extends P> predictions();

  /** {@return the number of classes, not counting background; 0 if the network has no classes} */
  int classes();

  /**
   * {@return the parameters of non-maximum suppression; empty if the network has none or predicts
   * no objects}
   */
  default Optional<Suppression> suppression() {
    return Optional.empty();
  }

  /** {@return the part that predicts masks within boxes; empty if there is none} */
  default Optional<MaskDrawer> maskDrawer() {
    return Optional.empty();
  }
}
