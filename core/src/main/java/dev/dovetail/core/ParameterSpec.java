package dev.dovetail.core;

import java.util.Arrays;
import java.util.List;

/**
 * A parameter that a model asks a checkpoint for.
 *
 * @param name the dotted name of the published checkpoints, such as {@code blocks.0.norm1.weight}
 * @param dtype the type of its elements
 * @param shape the extents, outermost first
 */
public record ParameterSpec(String name, DType dtype, List<Long> shape) {

  /**
   * Copies the shape.
   *
   * @param name the dotted name
   * @param dtype the type of its elements
   * @param shape the extents, outermost first
   */
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /**
   * {@return a parameter of these extents}
   *
   * @param name the dotted name
   * @param dtype the type of its elements
   * @param dims the extents, outermost first
   */
  public static ParameterSpec of(String name, DType dtype, int... dims) {
    return new ParameterSpec(name, dtype, Arrays.stream(dims).asLongStream().boxed().toList());
  }
}
