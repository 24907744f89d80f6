package dev.dovetail.runtime;

import static dev.dovetail.runtime.OperatorCase.dims;
import static dev.dovetail.runtime.OperatorCase.floats;
import static dev.dovetail.runtime.OperatorCase.longs;
import static dev.dovetail.runtime.OperatorCase.truths;

import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Reduction.Kind;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.TensorData;
import java.util.List;

/** Cases of {@link Selection} and {@link Reduction}. */
final class SelectionCases {

  private SelectionCases() {}

  static List<OperatorCase> all() {
    TensorData x = floats(dims(2, 3), 1, -2, 4, 4, 0.5, 4);
    return List.of(
        OperatorCase.of(
            "TopK is sorted and stable",
            new Selection.TopK(2, 1, true),
            List.of(floats(dims(2, 2), 4, 1, 4, 4), longs(dims(2, 2), 2, 0, 0, 2)),
            x),
        OperatorCase.of(
            "TopK of the smallest",
            new Selection.TopK(1, 1, false),
            List.of(floats(dims(2, 1), -2, 0.5), longs(dims(2, 1), 1, 1)),
            x),
        OperatorCase.of(
            "TopK of int64",
            new Selection.TopK(1, 0, true),
            List.of(longs(7), longs(1)),
            longs(3, 7)),
        OperatorCase.of(
            "NonZero",
            new Selection.NonZero(),
            longs(dims(2, 3), 0, 1, 1, 1, 0, 2),
            TensorData.of(new boolean[] {false, true, false, true, false, true}, 2, 3)),
        OperatorCase.of(
            "NonZero without elements",
            new Selection.NonZero(),
            longs(dims(1, 0)),
            truths(false, false)),
        OperatorCase.of(
            "NonMaxSuppression per class, keeping an IoU equal to the threshold",
            new Selection.NonMaxSuppression(10, 0.5f, 0.1f),
            longs(dims(4, 3), 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 2),
            floats(dims(1, 3, 4), 0, 0, 10, 10, 0, 0, 10, 12, 0, 0, 10, 5),
            floats(dims(1, 2, 3), 0.8, 0.9, 0.7, 0.6, 0.1, 0.5)),
        reduce(Kind.SUM, 1, true, floats(dims(2, 1), 3, 8.5), x),
        reduce(Kind.MEAN, 1, false, floats(1, 17 / 6.0), x),
        reduce(Kind.MAX, 0, false, floats(4, 0.5, 4), x),
        reduce(Kind.MIN, 0, true, floats(dims(1, 3), 1, -2, 4), x),
        reduce(Kind.PROD, 1, false, floats(-8, 8), x),
        reduce(Kind.SUM, 0, false, longs(dims(), 12), longs(5, 7)),
        OperatorCase.of(
            "ArgMax returns the first of equal elements",
            new Reduction.ArgMax(1, false),
            longs(2, 0),
            x),
        OperatorCase.of(
            "ArgMax with keepdims", new Reduction.ArgMax(0, true), longs(dims(1, 3), 1, 1, 0), x),
        OperatorCase.of(
            "CumSum", new Reduction.CumSum(1), floats(dims(2, 3), 1, -1, 3, 4, 4.5, 8.5), x),
        OperatorCase.of(
            "CumSum of int64", new Reduction.CumSum(0), longs(1, 3, 6), longs(1, 2, 3)));
  }

  private static OperatorCase reduce(
      Kind kind, int axis, boolean keep, TensorData expected, TensorData x) {
    return OperatorCase.of(
        "Reduce " + kind + " of " + x.type(), new Reduction.Reduce(kind, axis, keep), expected, x);
  }
}
