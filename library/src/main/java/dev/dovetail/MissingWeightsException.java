package dev.dovetail;

import java.util.Optional;

/** A model was named that has no weights of its own, and no checkpoint. */
public final class MissingWeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient Optional<String> usual;

  /**
   * @param model its name
   * @param usual where its usual weights are, if its config says so
   */
  MissingWeightsException(String model, Optional<String> usual) {
    super(model + " has no weights of its own; name a checkpoint");
    this.usual = usual;
  }

  /** Where the model's usual weights are, if its config says so. */
  public Optional<String> usualWeights() {
    return usual;
  }
}
