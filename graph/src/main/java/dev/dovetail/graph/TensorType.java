package dev.dovetail.graph;

import dev.dovetail.core.DType;

/**
 * What is known of a value before it is computed.
 *
 * @param dtype the element type; of the floating-point types float32 and float16 alone
 * @param shape the extents
 */
public record TensorType(DType dtype, Shape shape) {

  /**
   * Checks the element type.
   *
   * @param dtype the element type
   * @param shape the extents
   * @throws IllegalArgumentException if graphs do not compute in that type
   */
  public TensorType {
    if (dtype == DType.FLOAT64 || dtype == DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "graphs compute in float32 or float16, not in " + dtype + "; convert it to float32");
    }
  }

  /**
   * {@return a type of this element type and these extents}
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
