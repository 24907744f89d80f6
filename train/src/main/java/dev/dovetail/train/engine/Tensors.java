package dev.dovetail.train.engine;

import dev.dovetail.core.DType;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies elements between Java and libtorch. */
public final class Tensors {

  private static final Map<ScalarType, DType> TYPES =
      Map.of(
          ScalarType.Float, DType.FLOAT32,
          ScalarType.Double, DType.FLOAT64,
          ScalarType.Long, DType.INT64,
          ScalarType.Int, DType.INT32,
          ScalarType.Byte, DType.UINT8,
          ScalarType.UInt16, DType.UINT16,
          ScalarType.Bool, DType.BOOL);

  private Tensors() {}

  /**
   * A tensor of these elements.
   *
   * @param data the elements
   * @param type the width of floating-point elements; in 64 bits they are not rounded to 32 where
   *     {@code data} knows them better
   * @return a tensor on the CPU, which the caller closes, or the caller's {@link PointerScope}
   */
  public static Tensor of(TensorData data, FloatType type) {
    Libtorch.load();
    TensorType as = data.type();
    if (as.dtype().isFloat() && as.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("training takes float32 values, and got " + as);
    }
    Tensor tensor = empty(type.scalar(as.dtype()), as.shape().dims());
    if (tensor.numel() == 0) {
      return tensor;
    }
    try (PointerScope scope = new PointerScope()) {
      if (as.dtype() == DType.FLOAT32 && type == FloatType.FLOAT64) {
        tensor.data_ptr_double().put(data.doubles());
      } else {
        bytes(tensor).put(data.bytes());
      }
      return tensor;
    }
  }

  /**
   * A copy of a tensor's elements.
   *
   * @param tensor of any type that {@link #of} makes
   * @return its elements; those of 64 bits are known as they are: {@link TensorData#doubles}
   */
  public static TensorData data(Tensor tensor) {
    int[] dims = Arrays.stream(tensor.shape()).mapToInt(Math::toIntExact).toArray();
    DType type = elementType(tensor);
    try (PointerScope scope = new PointerScope()) {
      Tensor whole = tensor.detach().contiguous();
      if (type(tensor) == ScalarType.Double) {
        double[] values = new double[Math.toIntExact(whole.numel())];
        if (values.length > 0) {
          whole.data_ptr_double().get(values);
        }
        return TensorData.of(values, dims);
      }
      ByteBuffer copy =
          ByteBuffer.allocate(Math.toIntExact(whole.nbytes())).order(ByteOrder.LITTLE_ENDIAN);
      copy.put(bytes(whole)).flip();
      return TensorData.of(TensorType.of(type, dims), copy);
    }
  }

  /**
   * {@return the only element of a tensor, such as a loss}
   *
   * @param tensor of one element
   */
  public static double value(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      return tensor.item().toDouble();
    }
  }

  /**
   * {@return the type of a tensor's elements as they are in memory}
   *
   * @param tensor of any type that {@link #of} makes
   */
  public static DType elementType(Tensor tensor) {
    DType type = TYPES.get(type(tensor));
    if (type == null) {
      throw new IllegalArgumentException("no element type for " + type(tensor));
    }
    return type;
  }

  /**
   * The elements of a tensor where they are, which are not copied: whoever writes to the buffer
   * changes the tensor.
   *
   * @param tensor on the CPU, row-major, which must stay open while the buffer is used
   * @return its elements, little-endian
   * @throws IllegalArgumentException if its elements do not follow each other
   */
  public static ByteBuffer memory(Tensor tensor) {
    if (!tensor.is_contiguous()) {
      throw new IllegalArgumentException("the elements of the tensor do not follow each other");
    }
    return bytes(tensor);
  }

  /**
   * A tensor whose elements are not set.
   *
   * @param type of its elements, which is one that {@link #of} makes, or float64
   * @param dims the extents
   * @return a tensor on the CPU, which the caller closes, or the caller's {@link PointerScope}
   */
  public static Tensor empty(DType type, int... dims) {
    Libtorch.load();
    return empty(type == DType.FLOAT64 ? ScalarType.Double : FloatType.FLOAT32.scalar(type), dims);
  }

  /** The element type; what libtorch's own method gives is another object each time. */
  static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /** A tensor whose elements are not set. */
  static Tensor empty(ScalarType type, int... dims) {
    try (TensorOptions options = new TensorOptions(type);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return torch.empty(longs(dims), options, format);
    }
  }

  static long[] longs(int... dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }

  /** A second handle of the same tensor, which is closed on its own. */
  static Tensor again(Tensor tensor) {
    return new Tensor(tensor);
  }

  /** The whole numbers that a small tensor holds. */
  static long[] longs(Tensor tensor) {
    return data(tensor).longs();
  }

  private static ByteBuffer bytes(Tensor tensor) {
    long length = tensor.nbytes();
    return length == 0
        ? ByteBuffer.allocate(0)
        : new BytePointer(tensor.data_ptr())
            .capacity(length)
            .asBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
  }
}
