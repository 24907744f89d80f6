package dev.dovetail.graph;

import dev.dovetail.core.ParameterSpec;

/**
 * A named array that is loaded from a checkpoint.
 *
 * @param spec its name, element type and shape
 * @param role its purpose
 * @param init its initial values without a checkpoint
 */
public record Parameter(ParameterSpec spec, Role role, Init init) {

  /** {@return the dotted name in published checkpoints} */
  public String name() {
    return spec.name();
  }

  /** {@return the element type and the shape} */
  public TensorType type() {
    return TensorType.of(spec.dtype(), spec.shape().stream().mapToInt(Math::toIntExact).toArray());
  }

  /** {@return the shape} */
  public Shape shape() {
    return type().shape();
  }
}
