package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor, row-major and little-endian: a constant, or an input or output of a
 * run.
 */
public final class TensorData {

  private final TensorType type;
  private final ByteBuffer bytes;
  private final double @Nullable [] exact;

  private TensorData(TensorType type, ByteBuffer bytes) {
    this(type, bytes, null);
  }

  private TensorData(TensorType type, ByteBuffer bytes, double @Nullable [] exact) {
    this.type = type;
    this.bytes = bytes;
    this.exact = exact;
    long expected = type.shape().elements() * type.dtype().bytes();
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes for the elements of " + type + ", expected " + expected);
    }
  }

  /**
   * {@return a float32 tensor with these elements, row-major}
   *
   * @param values the elements
   * @param dims the extents
   */
  public static TensorData of(float[] values, int... dims) {
    ByteBuffer b = allocate(values.length, Float.BYTES);
    b.asFloatBuffer().put(values);
    return new TensorData(TensorType.of(DType.FLOAT32, dims), b);
  }

  /**
   * {@return a float32 tensor of these elements rounded to float32, row-major; the exact elements
   * are kept for {@link #doubles}}
   *
   * @param values the elements
   * @param dims the extents
   */
  public static TensorData of(double[] values, int... dims) {
    ByteBuffer b = allocate(values.length, Float.BYTES);
    for (int i = 0; i < values.length; i++) {
      b.putFloat(i * Float.BYTES, (float) values[i]);
    }
    return new TensorData(TensorType.of(DType.FLOAT32, dims), b, values.clone());
  }

  /**
   * {@return a float32 tensor of elements that were computed in float32, as by a reference; the
   * elements computed in double precision are kept for {@link #doubles}}
   *
   * @param values the elements
   * @param exact the same elements, computed in double precision
   * @param dims the extents
   */
  public static TensorData of(float[] values, double[] exact, int... dims) {
    if (exact.length != values.length) {
      throw new IllegalArgumentException(
          values.length + " rounded elements and " + exact.length + " exact ones");
    }
    TensorData rounded = of(values, dims);
    return new TensorData(rounded.type, rounded.bytes, exact.clone());
  }

  /**
   * {@return an int64 tensor with these elements, row-major}
   *
   * @param values the elements
   * @param dims the extents
   */
  public static TensorData of(long[] values, int... dims) {
    ByteBuffer b = allocate(values.length, Long.BYTES);
    b.asLongBuffer().put(values);
    return new TensorData(TensorType.of(DType.INT64, dims), b);
  }

  /**
   * {@return an int32 tensor with these elements, row-major}
   *
   * @param values the elements
   * @param dims the extents
   */
  public static TensorData of(int[] values, int... dims) {
    ByteBuffer b = allocate(values.length, Integer.BYTES);
    b.asIntBuffer().put(values);
    return new TensorData(TensorType.of(DType.INT32, dims), b);
  }

  /**
   * {@return a boolean tensor with these elements, row-major}
   *
   * @param values the elements
   * @param dims the extents
   */
  public static TensorData of(boolean[] values, int... dims) {
    ByteBuffer b = allocate(values.length, 1);
    for (int i = 0; i < values.length; i++) {
      b.put(i, (byte) (values[i] ? 1 : 0));
    }
    return new TensorData(TensorType.of(DType.BOOL, dims), b);
  }

  /**
   * Returns a uint8 tensor.
   *
   * @param values the elements
   * @param dims the extents
   * @return a uint8 tensor
   */
  public static TensorData of(byte[] values, int... dims) {
    return of(TensorType.of(DType.UINT8, dims), ByteBuffer.wrap(values));
  }

  /**
   * Wraps the remaining bytes of a little-endian buffer, without copying them.
   *
   * @param type element type and shape
   * @param bytes the elements, row-major
   * @return a tensor of these bytes
   */
  public static TensorData of(TensorType type, ByteBuffer bytes) {
    return new TensorData(type, bytes.slice());
  }

  /**
   * {@return a value of rank 0}
   *
   * @param value the element
   */
  public static TensorData scalar(float value) {
    return of(new float[] {value});
  }

  /**
   * {@return a value of rank 0}
   *
   * @param value the element
   */
  public static TensorData scalar(long value) {
    return of(new long[] {value});
  }

  /** Returns a tensor of rank 1 from ints, such as shapes, axes and sizes. */
  static TensorData longs(int... values) {
    long[] v = new long[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = values[i];
    }
    return of(v, v.length);
  }

  private static ByteBuffer allocate(int elements, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@return element type and shape} */
  public TensorType type() {
    return type;
  }

  /** {@return the elements as a read-only buffer, little-endian} */
  public ByteBuffer bytes() {
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * {@return a copy of the elements of a float32 tensor}
   *
   * @throws IllegalStateException if the elements are of another type
   */
  public float[] floats() {
    requireType(type.dtype() == DType.FLOAT32, "float32");
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes().asFloatBuffer().get(values);
    return values;
  }

  /**
   * {@return a copy of the elements of a float32 tensor; if they were specified as doubles, they
   * are not rounded to float32, for checks of a whole computation in double precision}
   *
   * @throws IllegalStateException if the elements are of another type
   */
  public double[] doubles() {
    if (exact != null) {
      return exact.clone();
    }
    float[] rounded = floats();
    double[] values = new double[rounded.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rounded[i];
    }
    return values;
  }

  /**
   * {@return a copy of {@code count} elements of a float32 tensor}
   *
   * @param from the first element
   * @param count the number of elements
   * @throws IllegalStateException if the elements are of another type
   */
  public float[] floats(int from, int count) {
    requireType(type.dtype() == DType.FLOAT32, "float32");
    float[] values = new float[count];
    bytes().asFloatBuffer().position(from).get(values);
    return values;
  }

  /**
   * {@return a copy of the elements at index {@code i} of the first axis of a float32 tensor}
   *
   * @param i the index, from 0
   * @throws IllegalStateException if the elements are of another type
   */
  public float[] row(int i) {
    int count = Math.toIntExact(type.shape().without(0).elements());
    return floats(i * count, count);
  }

  /**
   * {@return a copy of the elements of an integer or boolean tensor; true is 1, and uint64 values
   * keep their bits}
   *
   * @throws IllegalStateException if the elements are floating-point numbers
   */
  public long[] longs() {
    requireType(!type.dtype().isFloat(), "whole numbers");
    ByteBuffer b = bytes();
    long[] values = new long[b.remaining() / type.dtype().bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type.dtype()) {
            case INT64, UINT64 -> b.getLong();
            case INT32 -> b.getInt();
            case INT16 -> b.getShort();
            case INT8 -> b.get();
            case UINT32 -> b.getInt() & 0xffffffffL;
            case UINT16 -> b.getShort() & 0xffffL;
            default -> b.get() & 0xffL;
          };
    }
    return values;
  }

  /**
   * {@return the number of elements of a floating-point tensor that are NaN or infinite; 0 for
   * other types}
   */
  public long oddities() {
    ByteBuffer b = bytes();
    long count = 0;
    while (type.dtype().isFloat() && b.hasRemaining()) {
      boolean finite =
          type.dtype() == DType.FLOAT32
              ? Float.isFinite(b.getFloat())
              : Half.isFinite(b.getShort());
      count += finite ? 0 : 1;
    }
    return count;
  }

  private void requireType(boolean fits, String expected) {
    if (!fits) {
      throw new IllegalStateException("the elements of " + type + " are not " + expected);
    }
  }

  /**
   * Rounds float32 values to the nearest float16 values; returns other types unchanged.
   *
   * @return float16 for float32, otherwise this tensor
   */
  public TensorData toHalf() {
    if (type.dtype() != DType.FLOAT32) {
      return this;
    }
    int n = bytes.remaining() / Float.BYTES;
    ByteBuffer b = allocate(n, Short.BYTES);
    for (int i = 0; i < n; i++) {
      b.putShort(i * Short.BYTES, Half.fromFloat(bytes.getFloat(i * Float.BYTES)));
    }
    return new TensorData(new TensorType(DType.FLOAT16, type.shape()), b);
  }
}
