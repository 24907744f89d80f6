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

/** Tensors as ONNX Runtime has them. */
final class Values {

  private Values() {}

  /** A tensor over memory, which must stay as long. */
  static Value over(TensorType type, Pointer memory, OrtMemoryInfo where) {
    long[] dims = Arrays.stream(type.shape().dims()).asLongStream().toArray();
    return Value.CreateTensor(where, memory, bytes(type), dims, dims.length, code(type.dtype()));
  }

  static long bytes(TensorType type) {
    return type.shape().elements() * type.dtype().bytes();
  }

  /** What a tensor in the host's memory holds, copied. */
  static TensorData copied(Value value) {
    try (TensorTypeAndShapeInfo info = value.GetTensorTypeAndShapeInfo()) {
      long[] shape = new long[(int) info.GetDimensionsCount()];
      info.GetDimensions(shape, shape.length);
      TensorType type =
          TensorType.of(
              type(info.GetElementType()),
              Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
      ByteBuffer copy =
          ByteBuffer.allocateDirect(Math.toIntExact(bytes(type))).order(ByteOrder.LITTLE_ENDIAN);
      if (copy.capacity() > 0) {
        BytePointer from = new BytePointer(value.GetTensorMutableRawData());
        copy.put(from.capacity(copy.capacity()).asByteBuffer()).flip();
      }
      return TensorData.of(type, copy);
    }
  }

  /** What a session takes or gives; extents that only a run tells are unknown. */
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
      default -> throw new IllegalArgumentException("no graph takes " + type);
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
    throw new IllegalStateException("a value of ONNX's type " + code);
  }
}
