package dev.dovetail.train.engine;

import dev.dovetail.core.DType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The type in which a graph's floating-point values are computed. */
public enum FloatType {
  /** 32 bits, for training. */
  FLOAT32(ScalarType.Float),
  /** 64 bits, for checks. Constants have the precision that the trace recorded. */
  FLOAT64(ScalarType.Double);

  private final ScalarType scalar;

  FloatType(ScalarType scalar) {
    this.scalar = scalar;
  }

  /** {@return the type in libtorch} */
  public ScalarType scalar() {
    return scalar;
  }

  /**
   * {@return libtorch's element type for values of type {@code type} in a graph}
   *
   * @param type the element type in the graph; every floating-point type is computed in this type
   */
  public ScalarType scalar(DType type) {
    return switch (type) {
      case FLOAT64, FLOAT32, FLOAT16, BFLOAT16 -> scalar;
      case INT64 -> ScalarType.Long;
      case INT32 -> ScalarType.Int;
      case INT16 -> ScalarType.Short;
      case INT8 -> ScalarType.Char;
      case UINT8 -> ScalarType.Byte;
      case UINT64 -> ScalarType.UInt64;
      case UINT32 -> ScalarType.UInt32;
      case UINT16 -> ScalarType.UInt16;
      case BOOL -> ScalarType.Bool;
    };
  }
}
