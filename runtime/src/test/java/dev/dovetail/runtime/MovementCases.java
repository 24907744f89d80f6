package dev.dovetail.runtime;

import static dev.dovetail.runtime.OperatorCase.counting;
import static dev.dovetail.runtime.OperatorCase.dims;
import static dev.dovetail.runtime.OperatorCase.floats;
import static dev.dovetail.runtime.OperatorCase.longs;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import java.util.List;

/** Cases of {@link Movement} and {@link Indexing}. */
final class MovementCases {

  private static final int UNKNOWN = Shape.UNKNOWN;

  private MovementCases() {}

  static List<OperatorCase> all() {
    TensorData x = counting(2, 3);
    return List.of(
        OperatorCase.of(
            "Reshape with one inferred dimension",
            new Movement.Reshape(Shape.of(3, UNKNOWN)),
            counting(3, 2),
            x),
        OperatorCase.of(
            "Reshape to a scalar", new Movement.Reshape(Shape.of()), floats(dims(), 7), floats(7)),
        OperatorCase.of(
            "Transpose",
            new Movement.Transpose(List.of(2, 0, 1)),
            floats(dims(3, 2, 1), 0, 3, 1, 4, 2, 5),
            counting(2, 1, 3)),
        OperatorCase.of(
            "Concat",
            new Movement.Concat(1),
            floats(dims(2, 4), 0, 1, 2, 8, 3, 4, 5, 9),
            x,
            floats(dims(2, 1), 8, 9)),
        OperatorCase.of("Concat of int64", new Movement.Concat(0), longs(1, 2), longs(1), longs(2)),
        OperatorCase.of(
            "Split into unequal parts",
            new Movement.Split(List.of(1, 2), 1),
            List.of(floats(dims(2, 1), 0, 3), floats(dims(2, 2), 1, 2, 4, 5)),
            x),
        OperatorCase.of(
            "Slice with a step", new Movement.Slice(0, 1, 6, 2), floats(1, 3, 5), counting(7)),
        OperatorCase.of(
            "Slice without elements",
            new Movement.Slice(0, 2, 2, 1),
            floats(dims(0, 2)),
            counting(3, 2)),
        OperatorCase.of(
            "Expand prepends axes",
            new Movement.Expand(Shape.of(2, 2, 3)),
            floats(dims(2, 2, 3), 5, 5, 5, 6, 6, 6, 5, 5, 5, 6, 6, 6),
            floats(dims(2, 1), 5, 6)),
        OperatorCase.of(
            "Pad",
            new Movement.Pad(List.of(0, 1), List.of(1, 2), 7),
            floats(dims(3, 6), 7, 0, 1, 2, 7, 7, 7, 3, 4, 5, 7, 7, 7, 7, 7, 7, 7, 7),
            x),
        OperatorCase.of(
            "Unsqueeze", new Movement.Unsqueeze(List.of(0, 2)), counting(1, 2, 1, 3), x),
        OperatorCase.of("Squeeze", new Movement.Squeeze(List.of(1)), x, counting(2, 1, 3)),
        OperatorCase.of(
            "Gather with 2-D indices",
            new Indexing.Gather(1),
            floats(dims(2, 2, 2), 2, 0, 1, 1, 5, 3, 4, 4),
            x,
            longs(dims(2, 2), 2, 0, 1, 1)),
        OperatorCase.of(
            "Gather at a scalar index",
            new Indexing.Gather(0),
            floats(3, 4, 5),
            x,
            TensorData.scalar(1L)),
        OperatorCase.of(
            "GatherNd with a batch axis",
            new Indexing.GatherNd(1),
            floats(dims(2, 2), 2, 3, 4, 5),
            counting(2, 2, 2),
            longs(dims(2, 1), 1, 0)),
        OperatorCase.of(
            "GatherNd of single elements",
            new Indexing.GatherNd(0),
            floats(5, 1),
            x,
            longs(dims(2, 2), 1, 2, 0, 1)),
        OperatorCase.of(
            "ScatterNd",
            new Indexing.ScatterNd(),
            floats(dims(2, 3), 0, 1, 2, 7, 8, 9),
            x,
            longs(dims(1, 1), 1),
            floats(dims(1, 3), 7, 8, 9)),
        OperatorCase.of(
            "ScatterAdd with repeated indices",
            new Indexing.ScatterAdd(),
            floats(1, 7, 6),
            floats(1, 2, 3),
            longs(2, 1, 2, 1),
            floats(1, 2, 2, 3)),
        OperatorCase.of("ShapeOf", new Indexing.ShapeOf(), longs(2, 3), x),
        OperatorCase.of(
            "RangeTo",
            new Indexing.RangeTo(),
            longs(0, 1, 2, 3),
            TensorData.scalar(0L),
            TensorData.scalar(4L),
            TensorData.scalar(1L)));
  }
}
