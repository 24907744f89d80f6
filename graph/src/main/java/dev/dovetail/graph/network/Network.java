package dev.dovetail.graph.network;

import dev.dovetail.graph.Scope;
import java.util.Optional;

/**
 * A model's computation, from normalised images to predictions. It is plain Java that is traced
 * into a graph; what follows (windows, post-processing, decoding, scoring) belongs to the task that
 * takes its predictions.
 *
 * @param <P> the kind of its predictions
 */
public interface Network<P extends Predictions> {

  /**
   * Traces one pass.
   *
   * @param root the root of the model's scopes; parameters have the names of published checkpoints
   *     below it
   * @param images the images
   * @return what the network makes of them
   * @throws IllegalArgumentException if the images have a size that the network does not take
   */
  P forward(Scope root, ImageBatch images);

  /** {@return the kind of its predictions, which decides what tasks can be done with it} */
  Class<? extends P> predictions();

  /** {@return how many classes it tells apart, background not counted; 0 if it knows no classes} */
  int classes();

  /** {@return how its objects compete; empty if they do not, or if it finds none} */
  default Optional<Suppression> suppression() {
    return Optional.empty();
  }

  /** {@return what draws masks within boxes; empty if it draws none} */
  default Optional<MaskDrawer> maskDrawer() {
    return Optional.empty();
  }
}
