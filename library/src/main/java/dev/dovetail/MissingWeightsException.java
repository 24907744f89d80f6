package dev.dovetail;

import java.util.Optional;

/** Thrown when a model does not include weights and no checkpoint is specified. */
public final class MissingWeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient Optional<String> usual;

  /**
   * @param model the name of the model
   * @param usual where its weights are usually found, if its config states it
   */
  MissingWeightsException(String model, Optional<String> usual) {
    super(model + " does not include weights; specify a checkpoint");
    this.usual = usual;
  }

  /** Returns where the model's weights are usually found, if its config states it. */
  public Optional<String> usualWeights() {
    return usual;
  }
}
