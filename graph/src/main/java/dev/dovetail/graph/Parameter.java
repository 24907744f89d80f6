package dev.dovetail.graph;

import dev.dovetail.core.ParameterSpec;

/**
 * A named array that a checkpoint provides.
 *
 * @param spec its name, element type and shape
 * @param role what it is for
 * @param init its values where no checkpoint has any
 */
public record Parameter(ParameterSpec spec, Role role, Init init) {

  /** {@return the dotted name of the published checkpoints} */
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
