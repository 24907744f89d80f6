package dev.dovetail.graph;

/** What is known of a value before it is computed. */
public record TensorType(DType dtype, Shape shape) {

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
    return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
  }
}
