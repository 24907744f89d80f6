package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.onnxruntime.ConstTensorTypeAndShapeInfo;
import org.bytedeco.onnxruntime.OrtMemoryInfo;
import org.bytedeco.onnxruntime.TensorTypeAndShapeInfo;
import org.bytedeco.onnxruntime.TypeInfo;
import org.bytedeco.onnxruntime.Value;
import org.bytedeco.onnxruntime.global.onnxruntime;

/** Converts between tensors and values of ONNX Runtime. */
final class Values {

  private Values() {}

  /** Creates a value over memory, which must remain valid as long as the value. */
  static Value over(TensorType type, Pointer memory, OrtMemoryInfo where) {
    long[] dims = Arrays.stream(type.shape().dims()).asLongStream().toArray();
    return Value.CreateTensor(where, memory, bytes(type), dims, dims.length, code(type.dtype()));
  }

  static long bytes(TensorType type) {
    return type.shape().elements() * type.dtype().bytes();
  }

  /** Copies the elements of a value in host memory. */
  static TensorData copied(Value value) {
    TensorType type = type(value);
    ByteBuffer copy =
        ByteBuffer.allocateDirect(Math.toIntExact(bytes(type))).order(ByteOrder.LITTLE_ENDIAN);
    if (copy.capacity() > 0) {
      BytePointer from = new BytePointer(value.GetTensorMutableRawData());
      copy.put(from.capacity(copy.capacity()).asByteBuffer()).flip();
    }
    return TensorData.of(type, copy);
  }

  /** Returns the type of a value, whose shape is known. */
  static TensorType type(Value value) {
    try (TensorTypeAndShapeInfo info = value.GetTensorTypeAndShapeInfo()) {
      long[] shape = new long[(int) info.GetDimensionsCount()];
      info.GetDimensions(shape, shape.length);
      return TensorType.of(
          type(info.GetElementType()), Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
    }
  }

  /**
   * Returns the types of a session's inputs or outputs; dimensions known only at run time are
   * unknown.
   */
  static TensorType type(TypeInfo info) {
    ConstTensorTypeAndShapeInfo tensor = info.GetTensorTypeAndShapeInfo();
    long[] shape = new long[(int) tensor.GetDimensionsCount()];
    tensor.GetDimensions(shape, shape.length);
    return TensorType.of(
        type(tensor.GetElementType()),
        Arrays.stream(shape).mapToInt(d -> d < 0 ? Shape.UNKNOWN : Math.toIntExact(d)).toArray());
  }

  private static int code(DType type) {
    return switch (type) {
      case FLOAT32 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
      case FLOAT16 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
      case INT64 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
      case INT32 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
      case UINT8 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
      case INT8 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8;
      case UINT16 -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
      case BOOL -> onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL;
      default -> throw new IllegalArgumentException("unsupported input type " + type);
    };
  }

  private static DType type(int code) {
    for (DType type :
        new DType[] {
          DType.FLOAT32,
          DType.FLOAT16,
          DType.INT64,
          DType.INT32,
          DType.UINT8,
          DType.INT8,
          DType.UINT16,
          DType.BOOL
        }) {
      if (code(type) == code) {
        return type;
      }
    }
    throw new IllegalStateException("unsupported ONNX type " + code);
  }
}
