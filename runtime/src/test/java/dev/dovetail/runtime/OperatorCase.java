package dev.dovetail.runtime;

import dev.dovetail.graph.Op;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An operator with operands and its expected results.
 *
 * @param name describes the case
 * @param body records the operator on the operands
 */
public record OperatorCase(
    String name,
    List<TensorData> operands,
    Function<List<Tensor>, List<Tensor>> body,
    List<TensorData> expected) {

  /** A case with one result. */
  static OperatorCase of(String name, Op op, TensorData expected, TensorData... operands) {
    return of(name, op, List.of(expected), operands);
  }

  /** A case with several results. */
  static OperatorCase of(String name, Op op, List<TensorData> expected, TensorData... operands) {
    return new OperatorCase(
        name,
        List.of(operands),
        x -> x.get(0).applyAll(op, x.subList(1, x.size()).toArray(Tensor[]::new)),
        expected);
  }

  static int[] dims(int... dims) {
    return dims;
  }

  static TensorData floats(int[] dims, double... values) {
    float[] v = new float[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) values[i];
    }
    return TensorData.of(v, dims);
  }

  /** Returns a float32 vector. */
  static TensorData floats(double... values) {
    return floats(dims(values.length), values);
  }

  static TensorData longs(int[] dims, long... values) {
    return TensorData.of(values, dims);
  }

  /** Returns an int64 vector. */
  static TensorData longs(long... values) {
    return longs(dims(values.length), values);
  }

  /** Returns a boolean vector. */
  static TensorData truths(boolean... values) {
    return TensorData.of(values, values.length);
  }

  /** Returns 0, 1, 2, … as float32. */
  static TensorData counting(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return floats(dims, values);
  }

  /** Returns all cases in one list. */
  public static List<OperatorCase> all() {
    List<OperatorCase> cases = new ArrayList<>(ElementwiseCases.all());
    cases.addAll(MovementCases.all());
    cases.addAll(ArithmeticCases.all());
    cases.addAll(SelectionCases.all());
    cases.addAll(QuantizationCases.all());
    return cases;
  }
}
