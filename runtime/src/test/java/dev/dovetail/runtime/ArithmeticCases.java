package dev.dovetail.runtime;

import static dev.dovetail.runtime.OperatorCase.counting;
import static dev.dovetail.runtime.OperatorCase.dims;
import static dev.dovetail.runtime.OperatorCase.floats;
import static dev.dovetail.runtime.OperatorCase.longs;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Sampling.Mode;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.List;

/** Cases of {@link Product}, {@link Convolution}, {@link Normalization}, {@link Sampling}. */
final class ArithmeticCases {

  private ArithmeticCases() {}

  static List<OperatorCase> all() {
    List<OperatorCase> cases = new ArrayList<>(products());
    cases.addAll(convolutions());
    cases.addAll(normalizations());
    cases.addAll(samplings());
    return cases;
  }

  private static List<OperatorCase> products() {
    TensorData v = floats(dims(1, 2, 4), 1, 0, 1, 0, 0, 1, 0, 1);
    double ln3 = Math.log(3);
    return List.of(
        OperatorCase.of(
            "MatMul broadcasts batches",
            new Product.MatMul(),
            floats(dims(2, 2, 1), 5, 14, 23, 32),
            counting(2, 2, 3),
            floats(dims(3, 1), 0, 1, 2)),
        OperatorCase.of(
            "Linear with a weight [out, in]",
            new Product.Linear(),
            floats(dims(2, 2), 11, 24, 14, 33),
            floats(dims(2, 2), 1, 0, 1, 1),
            floats(dims(2, 2), 1, 3, 4, 9),
            floats(10, 20)),
        OperatorCase.of(
            "Linear without a bias",
            new Product.Linear(),
            floats(dims(1, 2), 4, 13),
            floats(dims(1, 2), 1, 1),
            floats(dims(2, 2), 1, 3, 4, 9)),
        attention("with two heads", floats(dims(1, 1, 4), 0.75, 0.25, 0.25, 0.75), v),
        attention(
            "with values of another width",
            floats(dims(1, 1, 2), 0.75, 1.5),
            floats(dims(1, 2, 2), 1, 3, 0, 1)),
        attention(
            "with a bias per head",
            floats(dims(1, 1, 4), 0.75, 0.25, 0.75, 0.25),
            v,
            floats(dims(1, 2, 1, 2), 0, 0, 2 * ln3, 0)),
        attention(
            "with one bias for all heads",
            floats(dims(1, 1, 4), 0.9, 0.1, 0.5, 0.5),
            v,
            floats(dims(1, 1, 1, 2), ln3, 0)));
  }

  /**
   * Scaled products of the query and two keys: log 3 and 0 in one head, 0 and log 3 in the other.
   */
  private static OperatorCase attention(
      String what, TensorData expected, TensorData v, TensorData... bias) {
    double ln3 = Math.log(3);
    List<TensorData> operands = new ArrayList<>();
    operands.add(floats(dims(1, 1, 4), 2, 0, 0, 2));
    operands.add(floats(dims(1, 2, 4), ln3, 5, 4, 0, 0, 7, 1, ln3));
    operands.add(v);
    operands.addAll(List.of(bias));
    return OperatorCase.of(
        "Attention " + what,
        new Product.Attention(2, 0.5f),
        expected,
        operands.toArray(TensorData[]::new));
  }

  private static List<OperatorCase> convolutions() {
    return List.of(
        OperatorCase.of(
            "Conv with padding, a stride and a bias",
            new Convolution.Conv(2, 1, 1),
            floats(dims(1, 1, 2, 2), 100, 103, 109, 124),
            counting(1, 1, 3, 3),
            floats(dims(1, 1, 2, 2), 1, 1, 1, 1),
            floats(100)),
        OperatorCase.of(
            "Conv in groups, without a bias",
            new Convolution.Conv(1, 0, 2),
            floats(dims(1, 2, 1, 2), 0, 2, 6, 9),
            counting(1, 2, 1, 2),
            floats(dims(2, 1, 1, 1), 2, 3)),
        OperatorCase.of(
            "ConvTranspose",
            new Convolution.ConvTranspose(2),
            floats(dims(1, 1, 2, 4), 2, 3, 3, 5, 4, 5, 7, 9),
            floats(dims(1, 1, 1, 2), 1, 2),
            floats(dims(1, 1, 2, 2), 1, 2, 3, 4),
            floats(1)),
        OperatorCase.of(
            "MaxPool ignores padding",
            new Convolution.MaxPool(3, 2, 1),
            floats(dims(1, 1, 2, 2), -1, -2, -4, -5),
            floats(dims(1, 1, 3, 3), -1, -2, -3, -4, -5, -6, -7, -8, -9)),
        OperatorCase.of(
            "AveragePool",
            new Convolution.AveragePool(2, 1),
            floats(dims(1, 1, 2, 2), 2, 3, 5, 6),
            counting(1, 1, 3, 3)));
  }

  private static List<OperatorCase> normalizations() {
    return List.of(
        OperatorCase.of(
            "LayerNorm",
            new Normalization.LayerNorm(3),
            floats(dims(1, 2), 0, 1),
            floats(dims(1, 2), 1, 3),
            floats(2, 4),
            floats(1, -1)),
        OperatorCase.of(
            "BatchNorm",
            new Normalization.BatchNorm(1),
            floats(dims(1, 2, 1, 2), 9, 10, 20, 23),
            counting(1, 2, 1, 2),
            floats(2, 3),
            floats(10, 20),
            floats(1, 2),
            floats(3, 0)),
        OperatorCase.of(
            "InstanceNorm",
            new Normalization.InstanceNorm(3),
            floats(dims(1, 2, 2), -1, 1, 1 - 2 / Math.sqrt(7), 1 + 2 / Math.sqrt(7)),
            floats(dims(1, 2, 2), 1, 3, 5, 9),
            floats(2, 1),
            floats(0, 1)),
        OperatorCase.of(
            "Softmax",
            new Normalization.Softmax(0),
            floats(dims(2, 2), 0.25, 0.5, 0.75, 0.5),
            floats(dims(2, 2), 0, 0, Math.log(3), 0)));
  }

  /**
   * One head over maps of 1x2 and 1x1 cells with values 1 3 9, and two queries: one at the center
   * of the second and the third cell, one at the corner of the first map and outside of the second
   * map.
   */
  private static OperatorCase deformable(Method method, double first, double second) {
    return OperatorCase.of(
        "DeformableAttention " + method,
        new Sampling.DeformableAttention(
            List.of(Shape.of(1, 2), Shape.of(1, 1)), List.of(1, 1), method),
        floats(dims(1, 2, 1), first, second),
        floats(dims(1, 3, 1), 1, 3, 9),
        floats(dims(1, 1, 2, 2, 2), 0.75, 0.5, 0.5, 0.5, 1, 1, 2, 0.5),
        floats(dims(1, 1, 2, 2), 2, 4, 2, 4));
  }

  private static List<OperatorCase> samplings() {
    return List.of(
        resize("LINEAR upsampling", Mode.LINEAR, floats(0, 1), 0, 0.25, 0.75, 1),
        resize(
            "LINEAR downsampling without antialiasing", Mode.LINEAR, floats(0, 1, 2, 3), 0.5, 2.5),
        resize("NEAREST upsampling", Mode.NEAREST, floats(5, 6), 5, 5, 6, 6),
        resize("NEAREST downsampling", Mode.NEAREST, floats(0, 1, 2, 3, 4), 0, 1, 3),
        new OperatorCase(
            "ResizeTo",
            List.of(floats(dims(1, 1, 1, 2), 0, 1), longs(1, 1, 1, 4)),
            x -> {
              Tensor none = x.get(0).constant(floats());
              return x.get(0).applyAll(new Sampling.ResizeTo(Mode.LINEAR), none, none, x.get(1));
            },
            List.of(floats(dims(1, 1, 1, 4), 0, 0.25, 0.75, 1))),
        OperatorCase.of(
            "GridSample, zero outside",
            new Sampling.GridSample(),
            floats(dims(1, 1, 1, 6), 2, 4, 6, 1, 3, 2),
            floats(dims(1, 1, 1, 2), 2, 6),
            floats(dims(1, 1, 6, 2), -0.5, 0, 0, 0, 0.5, 0, -1, 0, 1, 0, 0, 1)),
        deformable(Method.BILINEAR, 2 * 3 + 4 * 9, 2 * 0.75 + 4 * 0),
        deformable(Method.DISCRETE, 2 * 3 + 4 * 9, 2 * 3 + 4 * 9),
        OperatorCase.of(
            "RoiAlign",
            new Sampling.RoiAlign(2, 1),
            floats(dims(1, 1, 2, 2), 2.5, 4.5, 10.5, 12.5),
            counting(1, 1, 4, 4),
            floats(dims(1, 4), 0, 0, 4, 4),
            longs(0)),
        OperatorCase.of(
            "RoiAlign without half-pixel offset, two samples per axis",
            new Sampling.RoiAlign(2, 1, false, 2),
            floats(dims(1, 1, 2, 2), 5, 6.75, 12, 13.75),
            counting(1, 1, 4, 4),
            floats(dims(1, 4), 0, 0, 4, 4),
            longs(0)),
        OperatorCase.of(
            "RoiAlign of a region smaller than a cell",
            new Sampling.RoiAlign(1, 1, false, 2),
            floats(dims(1, 1, 1, 1), 7.5),
            counting(1, 1, 4, 4),
            floats(dims(1, 4), 1, 1, 1.25, 1.25),
            longs(0)));
  }

  private static OperatorCase resize(String what, Mode mode, TensorData row, double... expected) {
    Shape from = Shape.of(1, 1, 1, row.type().shape().dim(0));
    return OperatorCase.of(
        "Resize " + what,
        new Sampling.Resize(1, expected.length, from, mode),
        floats(dims(1, 1, 1, expected.length), expected),
        TensorData.of(row.floats(), from.dims()));
  }
}
