package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A tensor in memory, such as a model's output that is written to a safetensors file. */
public final class ArrayTensor implements TensorSource {

  private final String name;
  private final DType type;
  private final List<Long> shape;
  private final ByteBuffer data;

  private ArrayTensor(String name, DType type, List<Long> shape, ByteBuffer data) {
    this.name = name;
    this.type = type;
    this.shape = List.copyOf(shape);
    this.data = data;
    long expected = Math.multiplyExact(Shapes.elements(shape), type.bytes());
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor %s of shape %s has %d bytes of %s, expected %d",
              name,
              Shapes.text(shape),
              data.remaining(),
              type,
              expected));
    }
  }

  /**
   * {@return a tensor of the remaining bytes of {@code data}, which are row-major and little-endian
   * and must not change afterwards}
   *
   * @param name its name
   * @param type its element type
   * @param shape the dimensions, outermost first
   * @param data the elements
   * @throws IllegalArgumentException if their number does not match the shape
   */
  public static ArrayTensor of(String name, DType type, List<Long> shape, ByteBuffer data) {
    return new ArrayTensor(name, type, shape, data.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * {@return a float32 tensor}
   *
   * @param name its name
   * @param values the elements, row-major
   * @param shape the dimensions, outermost first
   */
  public static ArrayTensor of(String name, float[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 4L);
    data.asFloatBuffer().put(values);
    return of(name, DType.FLOAT32, boxed(shape), data);
  }

  /**
   * {@return an int64 tensor}
   *
   * @param name its name
   * @param values the elements, row-major
   * @param shape the dimensions, outermost first
   */
  public static ArrayTensor of(String name, long[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 8L);
    data.asLongBuffer().put(values);
    return of(name, DType.INT64, boxed(shape), data);
  }

  /**
   * {@return an int32 tensor}
   *
   * @param name its name
   * @param values the elements, row-major
   * @param shape the dimensions, outermost first
   */
  public static ArrayTensor of(String name, int[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 4L);
    data.asIntBuffer().put(values);
    return of(name, DType.INT32, boxed(shape), data);
  }

  /**
   * {@return a uint8 tensor}
   *
   * @param name its name
   * @param values the elements, row-major
   * @param shape the dimensions, outermost first
   */
  public static ArrayTensor of(String name, byte[] values, long... shape) {
    return of(name, DType.UINT8, boxed(shape), ByteBuffer.wrap(values.clone()));
  }

  /**
   * {@return a boolean tensor}
   *
   * @param name its name
   * @param values the elements, row-major
   * @param shape the dimensions, outermost first
   */
  public static ArrayTensor of(String name, boolean[] values, long... shape) {
    ByteBuffer data = allocate(values.length);
    for (boolean value : values) {
      data.put((byte) (value ? 1 : 0));
    }
    return of(name, DType.BOOL, boxed(shape), data.flip());
  }

  private static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<Long> boxed(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public List<Long> shape() {
    return shape;
  }

  @Override
  public ArrayTensor named(String other) {
    return new ArrayTensor(other, type, shape, data);
  }

  @Override
  public ElementReader reader() {
    ByteBuffer rest = data.duplicate();
    return into -> {
      int length = into.remaining();
      into.put(rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
    };
  }
}
