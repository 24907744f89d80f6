package dev.dovetail.train.engine;

/**
 * What is particular about one run of a graph.
 *
 * @param training whether batch norms use the batch's statistics and update the running ones, and
 *     values are dropped; if not, the run is inference
 * @param masks what is dropped
 */
public record Pass(boolean training, Masks masks) {

  /** {@return a run of inference: running statistics, nothing dropped} */
  public static Pass inference() {
    return new Pass(
        false,
        (node, rate, type, dims) -> {
          throw new IllegalStateException("inference drops nothing");
        });
  }

  /**
   * {@return a step of training}
   *
   * @param masks what is dropped
   */
  public static Pass training(Masks masks) {
    return new Pass(true, masks);
  }
}
