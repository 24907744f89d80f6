package dev.dovetail.graph;

/**
 * A named array that a checkpoint provides.
 *
 * @param name the dotted name of the published checkpoints, such as {@code blocks.0.norm1.weight}
 */
public record Parameter(String name, TensorType type, Role role, Init init) {

  /** {@return the shape} */
  public Shape shape() {
    return type.shape();
  }
}
