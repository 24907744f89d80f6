package dev.dovetail;

/** A model was named that has no weights of its own, and no checkpoint. */
public final class MissingWeightsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  MissingWeightsException(String model) {
    super(model + " has no weights of its own; name a checkpoint");
  }
}
