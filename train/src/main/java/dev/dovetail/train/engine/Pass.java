package dev.dovetail.train.engine;

/**
 * The mode of a run of a graph.
 *
 * @param training if true, batch norms use the statistics of the batch and update the running ones,
 *     and dropout is enabled; if false, the run is inference
 * @param masks the dropout masks
 */
public record Pass(boolean training, Masks masks) {

  /** {@return the inference mode: running statistics, no dropout} */
  public static Pass inference() {
    return new Pass(
        false,
        (node, rate, type, dims) -> {
          throw new IllegalStateException("inference does not use dropout");
        });
  }

  /**
   * {@return the training mode}
   *
   * @param masks the dropout masks
   */
  public static Pass training(Masks masks) {
    return new Pass(true, masks);
  }
}
