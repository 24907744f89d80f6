package dev.dovetail.runtime;

import static dev.dovetail.runtime.OperatorCase.dims;
import static dev.dovetail.runtime.OperatorCase.floats;
import static dev.dovetail.runtime.OperatorCase.longs;
import static dev.dovetail.runtime.OperatorCase.truths;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Elementwise.Function;
import dev.dovetail.graph.Elementwise.Operator;
import dev.dovetail.graph.TensorData;
import java.util.List;

/** Cases of {@link Elementwise}. */
final class ElementwiseCases {

  private ElementwiseCases() {}

  static List<OperatorCase> all() {
    TensorData x = floats(-2.5, -1, 0, 0.5, 2);
    TensorData positive = floats(0.25, 1, 2, 4);
    TensorData a = floats(dims(2, 1), 3, -4);
    TensorData b = floats(-2, 3, 4);
    return List.of(
        unary(Function.NEG, x, floats(2.5, 1, 0, -0.5, -2)),
        unary(Function.ABS, x, floats(2.5, 1, 0, 0.5, 2)),
        unary(Function.EXP, x, floats(0.082084999, 0.36787944, 1, 1.6487213, 7.3890561)),
        unary(Function.LOG, positive, floats(-1.3862944, 0, 0.69314718, 1.3862944)),
        unary(Function.SQRT, positive, floats(0.5, 1, 1.4142136, 2)),
        unary(Function.RECIPROCAL, positive, floats(4, 1, 0.5, 0.25)),
        unary(Function.FLOOR, x, floats(-3, -1, 0, 0, 2)),
        unary(Function.CEIL, x, floats(-2, -1, 0, 1, 2)),
        unary(Function.SIN, x, floats(-0.59847214, -0.84147098, 0, 0.47942554, 0.90929743)),
        unary(Function.COS, x, floats(-0.80114362, 0.54030231, 1, 0.87758256, -0.41614684)),
        unary(Function.RELU, x, floats(0, 0, 0, 0.5, 2)),
        unary(Function.SIGMOID, x, floats(0.075858180, 0.26894142, 0.5, 0.62245933, 0.88079708)),
        unary(Function.TANH, x, floats(-0.98661430, -0.76159416, 0, 0.46211716, 0.96402758)),
        unary(Function.GELU, x, floats(-0.015524163, -0.15865525, 0, 0.34573123, 1.9544997)),
        unary(Function.NOT, truths(true, false), truths(false, true)),
        unary(Function.IDENTITY, x, x),
        binary("", Operator.ADD, a, b, floats(dims(2, 3), 1, 6, 7, -6, -1, 0)),
        binary("", Operator.SUB, a, b, floats(dims(2, 3), 5, 0, -1, -2, -7, -8)),
        binary("", Operator.MUL, a, b, floats(dims(2, 3), -6, 9, 12, 8, -12, -16)),
        binary("", Operator.DIV, a, b, floats(dims(2, 3), -1.5, 1, 0.75, 2, -4 / 3.0, -1)),
        binary("", Operator.POW, b, floats(2), floats(4, 9, 16)),
        binary("", Operator.MIN, a, b, floats(dims(2, 3), -2, 3, 3, -4, -4, -4)),
        binary("", Operator.MAX, a, b, floats(dims(2, 3), 3, 3, 4, -2, 3, 4)),
        binary("of int64", Operator.ADD, longs(1L << 40), longs(3), longs((1L << 40) + 3)),
        binary("of int64 towards zero", Operator.DIV, longs(-7, 7), longs(2), longs(-3, 3)),
        binary(
            "with the sign of the divisor",
            Operator.MOD,
            longs(-7, 7, -7),
            longs(3, -3, -3),
            longs(2, -2, -1)),
        binary("of int64", Operator.MIN, longs(-7, 7), longs(2), longs(-7, 2)),
        binary("of int64", Operator.MAX, longs(-7, 7), longs(2), longs(2, 7)),
        truth(Operator.AND, false, false, false, true),
        truth(Operator.OR, false, true, true, true),
        compare(Operator.EQUAL, false, true, false),
        compare(Operator.LESS, true, false, false),
        compare(Operator.LESS_OR_EQUAL, true, true, false),
        compare(Operator.GREATER, false, false, true),
        compare(Operator.GREATER_OR_EQUAL, false, true, true),
        binary("of int64", Operator.EQUAL, longs(1, 2), longs(2), truths(false, true)),
        binary("of int64", Operator.LESS, longs(1, 2), longs(2), truths(true, false)),
        OperatorCase.of(
            "Sum of three",
            new Elementwise.Sum(),
            floats(1, 2.5),
            floats(1, 2),
            floats(-2, 3),
            floats(2, -2.5)),
        OperatorCase.of(
            "Where broadcasts its condition",
            new Elementwise.Where(),
            floats(dims(2, 2), 1, 2, -3, -3),
            TensorData.of(new boolean[] {true, false}, 2, 1),
            floats(1, 2),
            floats(-3)),
        OperatorCase.of(
            "Where of int64",
            new Elementwise.Where(),
            longs(1, -3),
            truths(true, false),
            longs(1, 2),
            longs(-3)),
        cast(DType.INT64, floats(-1.75, 0, 2.75), longs(-1, 0, 2)),
        cast(DType.INT32, floats(-1.75, 2.75), TensorData.of(new int[] {-1, 2}, 2)),
        cast(DType.UINT8, longs(0, 128, 255), TensorData.of(new byte[] {0, -128, -1}, 3)),
        cast(DType.FLOAT32, TensorData.of(new byte[] {0, -128, -1}, 3), floats(0, 128, 255)),
        cast(DType.FLOAT32, longs(-3, 2048), floats(-3, 2048)),
        cast(DType.FLOAT32, truths(true, false), floats(1, 0)),
        cast(DType.BOOL, floats(0, 0.5, -1), truths(false, true, true)),
        cast(DType.INT64, truths(true, false), longs(1, 0)),
        OperatorCase.of("Clip", new Elementwise.Clip(-1, 1.5f), floats(-1, -1, 0, 0.5, 1.5), x),
        OperatorCase.of(
            "Dropout is the identity",
            new Elementwise.Dropout(0.5, Elementwise.Unit.CHANNEL),
            x,
            x));
  }

  private static OperatorCase unary(Function function, TensorData x, TensorData expected) {
    return OperatorCase.of(function.toString(), new Elementwise.Unary(function), expected, x);
  }

  private static OperatorCase binary(
      String what, Operator operator, TensorData a, TensorData b, TensorData expected) {
    return OperatorCase.of(
        (operator + " " + what).strip(), new Elementwise.Binary(operator), expected, a, b);
  }

  private static OperatorCase truth(Operator operator, boolean... expected) {
    return binary(
        "",
        operator,
        truths(false, false, true, true),
        truths(false, true, false, true),
        truths(expected));
  }

  private static OperatorCase compare(Operator operator, boolean... expected) {
    return binary("", operator, floats(-1, 0.5, 2), floats(0.5), truths(expected));
  }

  private static OperatorCase cast(DType to, TensorData x, TensorData expected) {
    return OperatorCase.of(
        "Cast " + x.type().dtype() + " to " + to, new Elementwise.Cast(to), expected, x);
  }
}
