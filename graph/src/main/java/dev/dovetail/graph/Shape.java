package dev.dovetail.graph;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The extents of a tensor. Most are known when a graph is built. Extents that depend on the data
 * (the number of detections, the size of the original image) are {@link #UNKNOWN}.
 */
public final class Shape {

  /** An extent that is unknown before a run. */
  public static final int UNKNOWN = -1;

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * {@return a shape with these extents}
   *
   * @param dims the extents, outermost first; {@link #UNKNOWN} for those that are unknown before a
   *     run
   * @throws IllegalArgumentException if an extent is negative and not {@link #UNKNOWN}
   */
  public static Shape of(int... dims) {
    for (int d : dims) {
      if (d < UNKNOWN) {
        throw new IllegalArgumentException("negative extent in " + Arrays.toString(dims));
      }
    }
    return new Shape(dims.clone());
  }

  /** {@return the number of axes} */
  public int rank() {
    return dims.length;
  }

  /**
   * {@return the extent along {@code axis}; negative axes count from the end}
   *
   * @param axis the axis
   */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /**
   * {@return the nonnegative index of {@code axis}; negative axes count from the end}
   *
   * @param axis the axis
   */
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new IllegalArgumentException("no axis " + axis + " in shape " + this);
    }
    return a;
  }

  /** {@return a copy of the extents, outermost first} */
  public int[] dims() {
    return dims.clone();
  }

  /** {@return whether all extents are known} */
  public boolean isStatic() {
    return Arrays.stream(dims).noneMatch(d -> d == UNKNOWN);
  }

  /**
   * {@return the number of elements}
   *
   * @throws IllegalArgumentException if an extent is unknown
   */
  public long elements() {
    long n = 1;
    for (int d : dims) {
      if (d == UNKNOWN) {
        throw new IllegalArgumentException("the number of elements of " + this + " is unknown");
      }
      n = Math.multiplyExact(n, (long) d);
    }
    return n;
  }

  /**
   * {@return this shape with another extent along {@code axis}}
   *
   * @param axis the axis
   * @param dim the extent
   */
  public Shape with(int axis, int dim) {
    int[] d = dims.clone();
    d[axis(axis)] = dim;
    return new Shape(d);
  }

  /**
   * {@return this shape without {@code axis}}
   *
   * @param axis the axis to remove
   */
  public Shape without(int axis) {
    int a = axis(axis);
    return new Shape(
        IntStream.range(0, dims.length).filter(i -> i != a).map(i -> dims[i]).toArray());
  }

  /**
   * {@return this shape with an additional extent, inserted before {@code axis} (from 0 to rank)}
   *
   * @param axis its position in the result
   * @param dim the extent
   */
  public Shape insert(int axis, int dim) {
    int[] d = new int[dims.length + 1];
    for (int i = 0; i < d.length; i++) {
      d[i] = i < axis ? dims[i] : i == axis ? dim : dims[i - 1];
    }
    return new Shape(d);
  }

  /**
   * {@return the shape of an elementwise operation on both shapes (NumPy's broadcasting)}
   *
   * @param other the other shape
   * @throws IllegalArgumentException if the shapes are incompatible
   */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? dims[rank() - i] : 1;
      int b = i <= other.rank() ? other.dims[other.rank() - i] : 1;
      if (a != b && a != 1 && b != 1 && a != UNKNOWN && b != UNKNOWN) {
        throw new IllegalArgumentException(
            "extents " + a + " and " + b + " at axis -" + i + " cannot be broadcast");
      }
      d[rank - i] = a == 1 ? b : b == 1 ? a : Math.max(a, b);
    }
    return new Shape(d);
  }

  /**
   * {@return whether a value of shape {@code other} is acceptable where this shape is expected}
   *
   * @param other the shape of a value
   */
  public boolean accepts(Shape other) {
    return rank() == other.rank()
        && IntStream.range(0, rank())
            .allMatch(
                i -> dims[i] == other.dims[i] || dims[i] == UNKNOWN || other.dims[i] == UNKNOWN);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns text such as {@code [1, 196, 768]}, with unknown extents as {@code ?}. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(d -> d == UNKNOWN ? "?" : Integer.toString(d))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
