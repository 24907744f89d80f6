package dev.dovetail.weights.tensors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Arithmetic on shapes and strides, both counted in elements. */
public final class Shapes {

  /** An upper bound for the number of dimensions of PyTorch and NumPy tensors. */
  public static final int MAX_RANK = 64;

  private Shapes() {}

  /**
   * {@return the product of the dimensions}
   *
   * @param shape the dimensions
   * @throws ArithmeticException if it exceeds a long
   */
  public static long elements(List<Long> shape) {
    if (shape.contains(0L)) {
      return 0;
    }
    long product = 1;
    for (long dimension : shape) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  /**
   * {@return the strides of a contiguous row-major layout; zeros if the tensor is empty}
   *
   * @param shape the dimensions, outermost first
   */
  public static List<Long> rowMajor(List<Long> shape) {
    return reversed(columnMajor(reversed(shape)));
  }

  /**
   * {@return the strides of a contiguous column-major (Fortran) layout; zeros if the tensor is
   * empty}
   *
   * @param shape the dimensions, outermost first
   */
  public static List<Long> columnMajor(List<Long> shape) {
    long next = elements(shape) == 0 ? 0 : 1;
    List<Long> strides = new ArrayList<>();
    for (long dimension : shape) {
      strides.add(next);
      next *= dimension;
    }
    return List.copyOf(strides);
  }

  /** Returns whether {@code strides} describe a contiguous row-major layout. */
  static boolean contiguous(List<Long> shape, List<Long> strides) {
    return trailingRun(shape, strides) == elements(shape);
  }

  /** Returns the number of contiguous elements at the end of the row-major order. */
  static long trailingRun(List<Long> shape, List<Long> strides) {
    if (elements(shape) == 0) {
      return 0;
    }
    long run = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      if (shape.get(axis) == 1) {
        continue;
      }
      if (strides.get(axis) != run) {
        return run;
      }
      run *= shape.get(axis);
    }
    return run;
  }

  /**
   * Returns the number of elements from the first one to the end of the last one.
   *
   * @throws ArithmeticException if it exceeds a long
   */
  static long extent(List<Long> shape, List<Long> strides) {
    if (elements(shape) == 0) {
      return 0;
    }
    long last = 0;
    for (int axis = 0; axis < shape.size(); axis++) {
      last = Math.addExact(last, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
    }
    return Math.addExact(last, 1);
  }

  /**
   * {@return a shape as text, such as {@code [384, 3, 16, 16]}}
   *
   * @param shape the dimensions, outermost first
   */
  public static String text(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }

  private static List<Long> reversed(List<Long> values) {
    List<Long> copy = new ArrayList<>(values);
    Collections.reverse(copy);
    return copy;
  }
}
