package dev.dovetail.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A tensor in memory, such as a model's output on its way into a safetensors file. */
public final class ArrayTensor implements TensorSource {

  private final String name;
  private final ElementType type;
  private final List<Long> shape;
  private final ByteBuffer data;

  private ArrayTensor(String name, ElementType type, List<Long> shape, ByteBuffer data) {
    this.name = name;
    this.type = type;
    this.shape = List.copyOf(shape);
    this.data = data;
    long wanted = Math.multiplyExact(Shapes.elements(shape), type.bytes());
    if (data.remaining() != wanted) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor %s of shape %s has %d bytes of %s, expected %d",
              name,
              Shapes.text(shape),
              data.remaining(),
              type,
              wanted));
    }
  }

  /**
   * A tensor of the bytes left in {@code data}, which are row-major and little-endian and must not
   * change afterwards.
   *
   * @throws IllegalArgumentException if their number does not suit the shape
   */
  public static ArrayTensor of(String name, ElementType type, List<Long> shape, ByteBuffer data) {
    return new ArrayTensor(name, type, shape, data.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** A float32 tensor. */
  public static ArrayTensor of(String name, float[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 4L);
    data.asFloatBuffer().put(values);
    return of(name, ElementType.FLOAT32, boxed(shape), data);
  }

  /** An int64 tensor. */
  public static ArrayTensor of(String name, long[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 8L);
    data.asLongBuffer().put(values);
    return of(name, ElementType.INT64, boxed(shape), data);
  }

  /** An int32 tensor. */
  public static ArrayTensor of(String name, int[] values, long... shape) {
    ByteBuffer data = allocate(values.length * 4L);
    data.asIntBuffer().put(values);
    return of(name, ElementType.INT32, boxed(shape), data);
  }

  /** A uint8 tensor. */
  public static ArrayTensor of(String name, byte[] values, long... shape) {
    return of(name, ElementType.UINT8, boxed(shape), ByteBuffer.wrap(values.clone()));
  }

  /** A boolean tensor. */
  public static ArrayTensor of(String name, boolean[] values, long... shape) {
    ByteBuffer data = allocate(values.length);
    for (boolean value : values) {
      data.put((byte) (value ? 1 : 0));
    }
    return of(name, ElementType.BOOL, boxed(shape), data.flip());
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
  public ElementType type() {
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
