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
   * Creates a tensor from elements.
   *
   * @param data the elements
   * @param type the type of floating-point elements; 64-bit elements are not rounded to 32 bits if
   *     {@code data} has more precision
   * @return a tensor on the CPU; the caller's {@link PointerScope} closes it, or the caller if
   *     there is no scope
   */
  public static Tensor of(TensorData data, FloatType type) {
    Libtorch.load();
    TensorType as = data.type();
    if (as.dtype().isFloat() && as.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("training needs float32 values, but got " + as);
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
   * Copies the elements of a tensor.
   *
   * @param tensor a tensor of a type that {@link #of} creates
   * @return its elements; 64-bit elements keep their precision in {@link TensorData#doubles}
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
   * @param tensor a tensor with one element
   */
  public static double value(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      return tensor.item().toDouble();
    }
  }

  /**
   * {@return the element type of a tensor in memory}
   *
   * @param tensor a tensor of a type that {@link #of} creates
   */
  public static DType elementType(Tensor tensor) {
    DType type = TYPES.get(type(tensor));
    if (type == null) {
      throw new IllegalArgumentException("unsupported element type " + type(tensor));
    }
    return type;
  }

  /**
   * Returns a view of the elements of a tensor. Writing to the buffer changes the tensor.
   *
   * @param tensor a contiguous tensor on the CPU, which must remain open while the buffer is used
   * @return its elements, little-endian
   * @throws IllegalArgumentException if the tensor is not contiguous
   */
  public static ByteBuffer memory(Tensor tensor) {
    if (!tensor.is_contiguous()) {
      throw new IllegalArgumentException("the tensor is not contiguous");
    }
    return bytes(tensor);
  }

  /**
   * Creates an uninitialized tensor.
   *
   * @param type the element type: one that {@link #of} creates, or float64
   * @param dims the shape
   * @return a tensor on the CPU; the caller's {@link PointerScope} closes it, or the caller if
   *     there is no scope
   */
  public static Tensor empty(DType type, int... dims) {
    Libtorch.load();
    return empty(type == DType.FLOAT64 ? ScalarType.Double : FloatType.FLOAT32.scalar(type), dims);
  }

  /** Returns the element type. Libtorch's own method returns a new object for each call. */
  static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /** Creates an uninitialized tensor. */
  static Tensor empty(ScalarType type, int... dims) {
    try (TensorOptions options = new TensorOptions(type);
        MemoryFormatOptional format = new MemoryFormatOptional()) {
      return torch.empty(longs(dims), options, format);
    }
  }

  static long[] longs(int... dims) {
    return Arrays.stream(dims).asLongStream().toArray();
  }

  /** Returns a second handle of the same tensor, which is closed separately. */
  static Tensor again(Tensor tensor) {
    return new Tensor(tensor);
  }

  /** Returns the integers in a small tensor. */
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
