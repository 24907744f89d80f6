package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise.Function;
import dev.dovetail.graph.Elementwise.Operator;

/**
 * What a {@link Tensor} does element by element: arithmetic, functions, comparisons, choices. Two
 * operands are broadcast to one shape; a number stands for a tensor of that number.
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
   * {@return a constant of the graph that this belongs to}
   *
   * @param data its elements
   */
  Tensor constant(TensorData data);

  /** A rank-0 constant of the element type of {@code type}. */
  private Tensor scalar(TensorType type, double value) {
    return constant(
        switch (type.dtype()) {
          case FLOAT32 -> TensorData.of(new double[] {value});
          case INT64 -> TensorData.scalar((long) value);
          case INT32 -> TensorData.of(new int[] {(int) value});
          default -> throw new ShapeException("no arithmetic with a number on " + type);
        });
  }

  private Tensor binary(Operator operator, Tensor other) {
    return apply(new Elementwise.Binary(operator), other);
  }

  private Tensor unary(Function function) {
    return apply(new Elementwise.Unary(function));
  }

  /**
   * {@return the sums}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor plus(Tensor other) {
    return binary(Operator.ADD, other);
  }

  /**
   * {@return the sums with a number}
   *
   * @param value the number
   */
  default Tensor plus(double value) {
    return plus(scalar(type(), value));
  }

  /**
   * {@return the differences}
   *
   * @param other what to subtract, broadcast with this
   */
  default Tensor minus(Tensor other) {
    return binary(Operator.SUB, other);
  }

  /**
   * {@return the differences from a number}
   *
   * @param value what to subtract
   */
  default Tensor minus(double value) {
    return minus(scalar(type(), value));
  }

  /**
   * {@return the products}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor times(Tensor other) {
    return binary(Operator.MUL, other);
  }

  /**
   * {@return the products with a number}
   *
   * @param value the number
   */
  default Tensor times(double value) {
    return times(scalar(type(), value));
  }

  /**
   * {@return the quotients}
   *
   * @param other the divisor, broadcast with this
   */
  default Tensor div(Tensor other) {
    return binary(Operator.DIV, other);
  }

  /**
   * {@return the quotients by a number}
   *
   * @param value the divisor
   */
  default Tensor div(double value) {
    return div(scalar(type(), value));
  }

  /**
   * {@return the powers}
   *
   * @param exponent the exponent of all elements
   */
  default Tensor pow(double exponent) {
    return binary(Operator.POW, scalar(type(), exponent));
  }

  /**
   * {@return the smaller elements}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor min(Tensor other) {
    return binary(Operator.MIN, other);
  }

  /**
   * {@return the larger elements}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor max(Tensor other) {
    return binary(Operator.MAX, other);
  }

  /** {@return the elements with the opposite sign} */
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

  /** {@return the elements, rounded down to whole numbers} */
  default Tensor floor() {
    return unary(Function.FLOOR);
  }

  /** {@return the sines, of radians} */
  default Tensor sin() {
    return unary(Function.SIN);
  }

  /** {@return the cosines, of radians} */
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

  /**
   * The exact form, {@code x/2 (1 + erf(x/√2))}.
   *
   * @return the values
   */
  default Tensor gelu() {
    return unary(Function.GELU);
  }

  /**
   * {@return the elements, at least {@code low} and at most {@code high}}
   *
   * @param low the least value
   * @param high the largest value
   */
  default Tensor clip(double low, double high) {
    return apply(new Elementwise.Clip((float) low, (float) high));
  }

  /**
   * {@return the elements in another type; this if it has it already}
   *
   * @param to the element type
   */
  default Tensor cast(DType to) {
    return type().dtype() == to ? (Tensor) this : apply(new Elementwise.Cast(to));
  }

  // Truth

  /** {@return the opposite truth values} */
  default Tensor not() {
    return unary(Function.NOT);
  }

  /**
   * {@return whether both are true}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor and(Tensor other) {
    return binary(Operator.AND, other);
  }

  /**
   * {@return whether one is true}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor or(Tensor other) {
    return binary(Operator.OR, other);
  }

  /**
   * {@return whether the elements are equal}
   *
   * @param other the other operand, broadcast with this
   */
  default Tensor equal(Tensor other) {
    return binary(Operator.EQUAL, other);
  }

  /**
   * {@return whether the elements equal a number}
   *
   * @param value the number
   */
  default Tensor equal(double value) {
    return equal(scalar(type(), value));
  }

  /**
   * {@return whether the elements are less}
   *
   * @param other what to compare with, broadcast with this
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
   * {@return whether the elements are greater}
   *
   * @param other what to compare with, broadcast with this
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
   * {@return whether the elements are greater or equal}
   *
   * @param other what to compare with, broadcast with this
   */
  default Tensor greaterOrEqual(Tensor other) {
    return binary(Operator.GREATER_OR_EQUAL, other);
  }

  /**
   * {@return where this (boolean) is true the element of {@code yes}, else that of {@code no}}
   *
   * @param yes taken where this is true
   * @param no taken where this is false
   */
  default Tensor where(Tensor yes, Tensor no) {
    return apply(new Elementwise.Where(), yes, no);
  }

  /**
   * {@return where this (boolean) is true the element of {@code yes}, else {@code no}}
   *
   * @param yes taken where this is true
   * @param no taken where this is false
   */
  default Tensor where(Tensor yes, double no) {
    return where(yes, scalar(yes.type(), no));
  }
}
