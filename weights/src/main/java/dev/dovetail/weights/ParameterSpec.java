package dev.dovetail.weights;

import java.util.List;

/**
 * A parameter that a model asks for.
 *
 * @param name the dotted name
 * @param shape the dimensions, outermost first
 * @param integer whether it is a buffer of whole numbers or booleans, not floating point
 */
public record ParameterSpec(String name, List<Long> shape, boolean integer) {

  /**
   * Copies the shape.
   *
   * @param name the dotted name
   * @param shape the dimensions, outermost first
   * @param integer whether it is a buffer of whole numbers or booleans, not floating point
   */
  public ParameterSpec {
    shape = List.copyOf(shape);
  }
}
