package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;

/**
 * Conversions between numbers and their 8-bit codes: {@code number = scale · (code - zero)}. Scale
 * and zero point are operands: either one of each for a whole tensor (rank 0), or one for each
 * index of an axis (rank 1).
 */
public sealed interface Quantization extends Op {

  /** Stays in float32, since half precision of a scale would change all codes. */
  @Override
  default boolean float32Only() {
    return true;
  }

  @Override
  default Map<String, Object> attributes() {
    return Map.of("axis", (long) axis());
  }

  /** {@return the axis of scales with rank 1} */
  int axis();

  private static void check(List<TensorType> in, int axis) {
    Shape scale = in.get(1).shape();
    Op.require(in.get(1).dtype() == DType.FLOAT32, "the scale is not float32");
    Op.require(scale.equals(in.get(2).shape()), "scale and zero have different shapes");
    Op.require(
        scale.rank() == 0 || scale.equals(Shape.of(in.get(0).shape().dim(axis))),
        "expected one scale, or one for each index of axis " + axis);
  }

  /**
   * Quantizes: rounds to the nearest codes, ties to even, and saturates at the limits of the type.
   * Operands: float32 numbers, scale, zero point with the type of the codes.
   */
  record Quantize(int axis) implements Quantization {
    @Override
    public String onnxName() {
      return "QuantizeLinear";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      check(in, axis);
      Op.require(in.get(0).dtype() == DType.FLOAT32, "quantizes only float32");
      return List.of(new TensorType(in.get(2).dtype(), in.get(0).shape()));
    }
  }

  /** Dequantizes. Operands: codes (int8, uint8 or int32), scale, zero point of the same type. */
  record Dequantize(int axis) implements Quantization {
    @Override
    public String onnxName() {
      return "DequantizeLinear";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      check(in, axis);
      Op.require(in.get(0).dtype() == in.get(2).dtype(), "codes and zero have different types");
      return List.of(new TensorType(DType.FLOAT32, in.get(0).shape()));
    }
  }
}
