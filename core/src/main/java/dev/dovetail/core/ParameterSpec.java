package dev.dovetail.core;

import java.util.Arrays;
import java.util.List;

/**
 * A parameter that a model expects in a checkpoint.
 *
 * @param name the dotted name in published checkpoints, such as {@code blocks.0.norm1.weight}
 * @param dtype the element type
 * @param shape the extents, outermost first
 */
public record ParameterSpec(String name, DType dtype, List<Long> shape) {

  /**
   * Copies the shape.
   *
   * @param name the dotted name
   * @param dtype the element type
   * @param shape the extents, outermost first
   */
  public ParameterSpec {
    shape = List.copyOf(shape);
  }

  /**
   * {@return a parameter with these extents}
   *
   * @param name the dotted name
   * @param dtype the element type
   * @param dims the extents, outermost first
   */
  public static ParameterSpec of(String name, DType dtype, int... dims) {
    return new ParameterSpec(name, dtype, Arrays.stream(dims).asLongStream().boxed().toList());
  }
}
