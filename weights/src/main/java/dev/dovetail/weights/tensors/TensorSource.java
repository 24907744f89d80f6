package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * A named tensor that can be read: from a file, derived from others, or in memory. Nothing is read
 * until one of the reading methods is called. They can be called repeatedly.
 */
public sealed interface TensorSource
    permits StoredTensor, ArrayTensor, ConcatenatedTensor, ConstantTensor {

  /** {@return the name, such as {@code blocks.0.attn.qkv.weight}} */
  String name();

  /** {@return the element type as stored} */
  DType type();

  /** {@return the dimensions, outermost first; empty for a single value} */
  List<Long> shape();

  /** {@return the product of the dimensions} */
  default long elements() {
    return Shapes.elements(shape());
  }

  /**
   * {@return this tensor with another name}
   *
   * @param name the other name
   */
  TensorSource named(String name);

  /**
   * {@return a reader positioned at the first element}
   *
   * @throws IOException if the file cannot be opened
   */
  ElementReader reader() throws IOException;

  /**
   * Writes all elements, row-major and little-endian, converted to {@code type} window by window
   * outside the heap.
   *
   * @param out receives the bytes
   * @param type the type to write
   * @throws IllegalArgumentException if the tensor is floating-point and {@code type} is not
   * @throws IOException if the file cannot be read or {@code out} cannot be written
   */
  default void writeTo(WritableByteChannel out, DType type) throws IOException {
    Elements.requireConvertible(type(), type);
    int window = (int) Math.min(elements(), 1 << 17);
    ByteBuffer stored = direct(window * type().bytes());
    ByteBuffer converted = type == type() ? stored : direct(window * type.bytes());
    try (ElementReader reader = reader()) {
      for (long left = elements(); left > 0; left -= window) {
        stored.clear().limit((int) Math.min(left, window) * type().bytes());
        reader.read(stored);
        stored.flip();
        if (converted != stored) {
          Elements.convert(stored, type(), converted.clear(), type);
          converted.flip();
        }
        while (converted.hasRemaining()) {
          out.write(converted);
        }
      }
    }
  }

  /**
   * {@return all elements as float32, row-major, in the heap; intended for small tensors}
   *
   * @throws IOException if the file cannot be read or the tensor is too large for an array
   */
  default float[] floats() throws IOException {
    float[] values = new float[arrayLength()];
    int[] next = {0};
    inWindows(b -> values[next[0]++] = (float) Elements.getDouble(b, type()));
    return values;
  }

  /**
   * {@return all elements of an integer or boolean tensor, row-major, in the heap}
   *
   * @throws IllegalArgumentException if the tensor is floating-point
   * @throws IOException if the file cannot be read or the tensor is too large for an array
   */
  default long[] longs() throws IOException {
    Elements.requireConvertible(type(), DType.INT64);
    long[] values = new long[arrayLength()];
    int[] next = {0};
    inWindows(b -> values[next[0]++] = Elements.getLong(b, type()));
    return values;
  }

  /**
   * Reads all elements in row-major order.
   *
   * @param element receives each element
   * @throws IOException if the file cannot be read
   */
  default void forEach(DoubleConsumer element) throws IOException {
    inWindows(b -> element.accept(Elements.getDouble(b, type())));
  }

  private int arrayLength() throws IOException {
    if (elements() > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          "tensor "
              + CheckpointException.quote(name())
              + " has "
              + elements()
              + " elements, which exceeds an array; stream it instead");
    }
    return (int) elements();
  }

  private void inWindows(java.util.function.Consumer<ByteBuffer> element) throws IOException {
    int window = (int) Math.min(elements(), 1 << 17);
    ByteBuffer buffer = direct(window * type().bytes());
    try (ElementReader reader = reader()) {
      for (long left = elements(); left > 0; left -= window) {
        buffer.clear().limit((int) Math.min(left, window) * type().bytes());
        reader.read(buffer);
        buffer.flip();
        while (buffer.hasRemaining()) {
          element.accept(buffer);
        }
      }
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
