package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise.Function;
import dev.dovetail.graph.Elementwise.Operator;

/**
 * The elementwise operations of a {@link Tensor}: arithmetic, functions, comparisons, selection.
 * Two operands are broadcast to one shape. A number represents a rank-0 tensor with that value.
 */
public sealed interface ElementwiseOps permits Tensor {

  /** {@return the element type and the shape} */
  TensorType type();

  /**
   * Records {@code op} on this and {@code others}.
   *
   * @param op the operator
   * @param others its further operands
   * @return the first result
   */
  Tensor apply(Op op, Tensor... others);

  /**
   * {@return a constant of the same graph}
   *
   * @param data its elements
   */
  Tensor constant(TensorData data);

  /** Returns a rank-0 constant with the element type of this tensor. */
  private Tensor scalar(TensorType type, double value) {
    return constant(
        switch (type.dtype()) {
          case FLOAT32 -> TensorData.of(new double[] {value});
          case INT64 -> TensorData.scalar((long) value);
          case INT32 -> TensorData.of(new int[] {(int) value});
          default ->
              throw new ShapeException("arithmetic with a number is not supported for " + type);
        });
  }

  private Tensor binary(Operator operator, Tensor other) {
    return apply(new Elementwise.Binary(operator), other);
  }

  private Tensor unary(Function function) {
    return apply(new Elementwise.Unary(function));
  }

  /**
   * {@return the elementwise sum}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor plus(Tensor other) {
    return binary(Operator.ADD, other);
  }

  /**
   * {@return the sum with a number}
   *
   * @param value the number
   */
  default Tensor plus(double value) {
    return plus(scalar(type(), value));
  }

  /**
   * {@return the elementwise difference}
   *
   * @param other the subtrahend, broadcast with this tensor
   */
  default Tensor minus(Tensor other) {
    return binary(Operator.SUB, other);
  }

  /**
   * {@return the difference from a number}
   *
   * @param value the subtrahend
   */
  default Tensor minus(double value) {
    return minus(scalar(type(), value));
  }

  /**
   * {@return the elementwise product}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor times(Tensor other) {
    return binary(Operator.MUL, other);
  }

  /**
   * {@return the product with a number}
   *
   * @param value the number
   */
  default Tensor times(double value) {
    return times(scalar(type(), value));
  }

  /**
   * {@return the elementwise quotient}
   *
   * @param other the divisor, broadcast with this tensor
   */
  default Tensor div(Tensor other) {
    return binary(Operator.DIV, other);
  }

  /**
   * {@return the quotient by a number}
   *
   * @param value the divisor
   */
  default Tensor div(double value) {
    return div(scalar(type(), value));
  }

  /**
   * {@return the elements raised to a power}
   *
   * @param exponent the exponent of all elements
   */
  default Tensor pow(double exponent) {
    return binary(Operator.POW, scalar(type(), exponent));
  }

  /**
   * {@return the elementwise minimum}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor min(Tensor other) {
    return binary(Operator.MIN, other);
  }

  /**
   * {@return the elementwise maximum}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor max(Tensor other) {
    return binary(Operator.MAX, other);
  }

  /** {@return the negated elements} */
  default Tensor neg() {
    return unary(Function.NEG);
  }

  /** {@return the absolute values} */
  default Tensor abs() {
    return unary(Function.ABS);
  }

  /** {@return the exponentials} */
  default Tensor exp() {
    return unary(Function.EXP);
  }

  /** {@return the natural logarithms} */
  default Tensor log() {
    return unary(Function.LOG);
  }

  /** {@return the square roots} */
  default Tensor sqrt() {
    return unary(Function.SQRT);
  }

  /** {@return the elements, rounded down to integers} */
  default Tensor floor() {
    return unary(Function.FLOOR);
  }

  /** {@return the sines of the elements in radians} */
  default Tensor sin() {
    return unary(Function.SIN);
  }

  /** {@return the cosines of the elements in radians} */
  default Tensor cos() {
    return unary(Function.COS);
  }

  /** {@return {@code max(x, 0)}} */
  default Tensor relu() {
    return unary(Function.RELU);
  }

  /** {@return {@code 1 / (1 + e^-x)}} */
  default Tensor sigmoid() {
    return unary(Function.SIGMOID);
  }

  /** {@return the hyperbolic tangents} */
  default Tensor tanh() {
    return unary(Function.TANH);
  }

  /** {@return the exact GELU, {@code x/2 (1 + erf(x/√2))}} */
  default Tensor gelu() {
    return unary(Function.GELU);
  }

  /**
   * {@return the elements, clamped to [low, high]}
   *
   * @param low the minimum
   * @param high the maximum
   */
  default Tensor clip(double low, double high) {
    return apply(new Elementwise.Clip((float) low, (float) high));
  }

  /**
   * {@return the elements converted to another type; this tensor if it already has that type}
   *
   * @param to the element type
   */
  default Tensor cast(DType to) {
    return type().dtype() == to ? (Tensor) this : apply(new Elementwise.Cast(to));
  }

  // Logic

  /** {@return the logical negation} */
  default Tensor not() {
    return unary(Function.NOT);
  }

  /**
   * {@return the logical and}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor and(Tensor other) {
    return binary(Operator.AND, other);
  }

  /**
   * {@return the logical or}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor or(Tensor other) {
    return binary(Operator.OR, other);
  }

  /**
   * {@return whether the elements are equal}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor equal(Tensor other) {
    return binary(Operator.EQUAL, other);
  }

  /**
   * {@return whether the elements are equal to a number}
   *
   * @param value the number
   */
  default Tensor equal(double value) {
    return equal(scalar(type(), value));
  }

  /**
   * {@return whether the elements are less than those of another tensor}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor less(Tensor other) {
    return binary(Operator.LESS, other);
  }

  /**
   * {@return whether the elements are less than a number}
   *
   * @param value the number
   */
  default Tensor less(double value) {
    return less(scalar(type(), value));
  }

  /**
   * {@return whether the elements are greater than those of another tensor}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor greater(Tensor other) {
    return binary(Operator.GREATER, other);
  }

  /**
   * {@return whether the elements are greater than a number}
   *
   * @param value the number
   */
  default Tensor greater(double value) {
    return greater(scalar(type(), value));
  }

  /**
   * {@return whether the elements are greater than or equal to those of another tensor}
   *
   * @param other the other operand, broadcast with this tensor
   */
  default Tensor greaterOrEqual(Tensor other) {
    return binary(Operator.GREATER_OR_EQUAL, other);
  }

  /**
   * {@return the elements of {@code yes} where this (boolean) tensor is true, and those of {@code
   * no} elsewhere}
   *
   * @param yes selected where this tensor is true
   * @param no selected where this tensor is false
   */
  default Tensor where(Tensor yes, Tensor no) {
    return apply(new Elementwise.Where(), yes, no);
  }

  /**
   * {@return the elements of {@code yes} where this (boolean) tensor is true, and {@code no}
   * elsewhere}
   *
   * @param yes selected where this tensor is true
   * @param no selected where this tensor is false
   */
  default Tensor where(Tensor yes, double no) {
    return where(yes, scalar(yes.type(), no));
  }
}
