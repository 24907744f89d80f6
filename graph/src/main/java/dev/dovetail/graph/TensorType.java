package dev.dovetail.graph;

import dev.dovetail.core.DType;

/**
 * The type of a value, which is known before the value is computed.
 *
 * @param dtype the element type; only float32 and float16 of the floating-point types
 * @param shape the extents
 */
public record TensorType(DType dtype, Shape shape) {

  /**
   * Checks the element type.
   *
   * @param dtype the element type
   * @param shape the extents
   * @throws IllegalArgumentException if graphs do not support the element type
   */
  public TensorType {
    if (dtype == DType.FLOAT64 || dtype == DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "graphs compute in float32 or float16, not in " + dtype + "; convert it to float32");
    }
  }

  /**
   * {@return a type with this element type and these extents}
   *
   * @param dtype the element type
   * @param dims the extents, outermost first
   */
  public static TensorType of(DType dtype, int... dims) {
    return new TensorType(dtype, Shape.of(dims));
  }

  TensorType withShape(Shape other) {
    return new TensorType(dtype, other);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
