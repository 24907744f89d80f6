package dev.dovetail.train.run;

import dev.dovetail.train.data.Batch;
import dev.dovetail.train.optim.NonFinite;
import java.util.List;
import java.util.Map;

/** Thrown when a loss or a gradient is not finite. The parameters are those before the step. */
final class NotFiniteException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Batch batch;
  private final transient Map<String, Double> losses;
  private final transient List<NonFinite> gradients;

  /**
   * @param batch the images of the loss, or of all passes of the step for a gradient
   * @param losses the losses of the batch
   * @param gradients the non-finite gradients
   */
  NotFiniteException(Batch batch, Map<String, Double> losses, List<NonFinite> gradients) {
    this.batch = batch;
    this.losses = losses;
    this.gradients = gradients;
  }

  Batch batch() {
    return batch;
  }

  Map<String, Double> losses() {
    return losses;
  }

  List<NonFinite> gradients() {
    return gradients;
  }
}
