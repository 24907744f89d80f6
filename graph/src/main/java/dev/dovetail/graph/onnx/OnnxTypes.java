package dev.dovetail.graph.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.dovetail.core.DType;

/** The numbers of element types in ONNX. */
final class OnnxTypes {

  private OnnxTypes() {}

  /** Returns the number of a type in ONNX's {@code TensorProto.DataType}. */
  static int code(DType type) {
    return switch (type) {
      case FLOAT64 -> TensorProto.DataType.DOUBLE_VALUE;
      case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16_VALUE;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case INT32 -> TensorProto.DataType.INT32_VALUE;
      case INT16 -> TensorProto.DataType.INT16_VALUE;
      case INT8 -> TensorProto.DataType.INT8_VALUE;
      case UINT64 -> TensorProto.DataType.UINT64_VALUE;
      case UINT32 -> TensorProto.DataType.UINT32_VALUE;
      case UINT16 -> TensorProto.DataType.UINT16_VALUE;
      case UINT8 -> TensorProto.DataType.UINT8_VALUE;
      case BOOL -> TensorProto.DataType.BOOL_VALUE;
    };
  }
}
