package dev.dovetail.weights.formats;

import dev.dovetail.core.DType;
import dev.dovetail.weights.formats.Pickled.NumpyType;
import dev.dovetail.weights.formats.Pickled.Tuple;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.Elements;
import dev.dovetail.weights.tensors.Shapes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** NumPy's element types, and small arrays and scalars in a checkpoint's metadata. */
final class NumpyValues {

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("f8", DType.FLOAT64),
          Map.entry("f4", DType.FLOAT32),
          Map.entry("f2", DType.FLOAT16),
          Map.entry("i8", DType.INT64),
          Map.entry("i4", DType.INT32),
          Map.entry("i2", DType.INT16),
          Map.entry("i1", DType.INT8),
          Map.entry("u8", DType.UINT64),
          Map.entry("u4", DType.UINT32),
          Map.entry("u2", DType.UINT16),
          Map.entry("u1", DType.UINT8),
          Map.entry("b1", DType.BOOL));

  /** Larger arrays in the metadata are omitted, since lists of them would fill the heap. */
  private static final int MAX_ELEMENTS = 1 << 16;

  /** Heap size of a boxed number in a list, in bytes. */
  private static final long HEAP_OF_VALUE = 32;

  private NumpyValues() {}

  /** Returns the type of a code without byte order, such as {@code f4}. */
  static Optional<DType> type(String code) {
    return Optional.ofNullable(TYPES.get(code));
  }

  /** Returns a Long, Double or Boolean, or an {@link OpaqueObject} for other types. */
  static Object scalar(NumpyType dtype, byte[] bytes) {
    DType type = TYPES.get(dtype.code());
    return type == null || bytes.length != type.bytes()
        ? opaque(dtype)
        : value(ByteBuffer.wrap(bytes).order(dtype.order()), type);
  }

  private static Object value(ByteBuffer bytes, DType type) {
    if (type == DType.BOOL) {
      return bytes.get() != 0;
    }
    return !type.isFloat()
        ? (Object) Elements.getLong(bytes, type)
        : Elements.getDouble(bytes, type);
  }

  private static OpaqueObject opaque(NumpyType dtype) {
    return new OpaqueObject("numpy." + dtype.code());
  }

  /**
   * Returns nested lists from an array's pickled state: version, shape, dtype, whether
   * column-major, data. Returns an {@link OpaqueObject} if the state is invalid or the array is
   * large.
   *
   * @param input accounts for the cost
   */
  static Object array(List<Object> state, PickleInput input) throws CheckpointException {
    if (state.size() != 5
        || !(state.get(1) instanceof Tuple shape)
        || !(state.get(2) instanceof NumpyType dtype)) {
      return new OpaqueObject("numpy.ndarray");
    }
    if (state.get(4) instanceof List<?> objects) {
      return objects;
    }
    DType type = TYPES.get(dtype.code());
    List<Long> dimensions = new ArrayList<>();
    long expected = 1;
    for (Object dimension : shape.items()) {
      boolean valid = dimension instanceof Long d && d >= 0 && d <= Integer.MAX_VALUE;
      dimensions.add(valid ? (Long) dimension : 0);
      expected = Math.min(expected * (valid ? (Long) dimension : 0), Integer.MAX_VALUE);
    }
    if (type == null
        || dimensions.size() > Shapes.MAX_RANK
        || !(state.get(4) instanceof byte[] bytes)
        || expected == 0
        || expected > MAX_ELEMENTS
        || expected * type.bytes() != bytes.length) {
      return opaque(dtype);
    }
    input.spend(expected * HEAP_OF_VALUE);
    List<Long> strides =
        Boolean.TRUE.equals(state.get(3))
            ? Shapes.columnMajor(dimensions)
            : Shapes.rowMajor(dimensions);
    return nested(ByteBuffer.wrap(bytes).order(dtype.order()), type, dimensions, strides, 0, 0);
  }

  private static Object nested(
      ByteBuffer bytes, DType type, List<Long> shape, List<Long> strides, int axis, long element) {
    if (axis == shape.size()) {
      return value(bytes.position((int) element * type.bytes()), type);
    }
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < shape.get(axis); i++) {
      items.add(nested(bytes, type, shape, strides, axis + 1, element + i * strides.get(axis)));
    }
    return items;
  }
}
