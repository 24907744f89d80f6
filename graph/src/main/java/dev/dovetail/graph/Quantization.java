package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;

/**
 * Between numbers and their 8-bit codes: {@code number = scale · (code - zero)}. Scale and zero are
 * operands: one of each for a whole tensor (rank 0), or one for each index of an axis (rank 1).
 */
public sealed interface Quantization extends Op {

  /** Stays float32: a scale in half precision would move all codes. */
  @Override
  default boolean float32Only() {
    return true;
  }

  @Override
  default Map<String, Object> attributes() {
    return Map.of("axis", (long) axis());
  }

  /** {@return the axis that scales of rank 1 belong to} */
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
   * The nearest codes, ties to even; what lies beyond the type's range becomes its end. Operands:
   * float32 numbers, scale, zero, whose type is that of the codes.
   */
  record Quantize(int axis) implements Quantization {
    @Override
    public String onnxName() {
      return "QuantizeLinear";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      check(in, axis);
      Op.require(in.get(0).dtype() == DType.FLOAT32, "quantizes float32 only");
      return List.of(new TensorType(in.get(2).dtype(), in.get(0).shape()));
    }
  }

  /** The numbers of codes. Operands: codes (int8, uint8 or int32), scale, zero of their type. */
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
