package dev.dovetail.graph.int8;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Quantization.Dequantize;
import dev.dovetail.graph.Quantization.Quantize;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes layers in quantize-dequantize form, which ONNX Runtime converts to integer products:
 * activations in uint8 with one scale and zero point, weights in int8 with one scale per output
 * channel and no zero point, biases in int32 with the scale of the products. Codes of weights are
 * computed in the graph, from parameters only.
 */
final class QuantizedLayer {

  private static final int LARGEST_WEIGHT = 127;

  /** Keeps the scale of an all-zero channel positive. */
  private static final float SMALLEST_SCALE = 1e-20f;

  private record Coded(Tensor value, Range range) {}

  /** Layers that read the same value share its codes. */
  private final Map<Coded, Tensor> coded = new HashMap<>();

  /**
   * Writes a layer.
   *
   * @param op a linear layer or a convolution
   * @param operands value, weight, and optionally a bias
   * @param layer the ranges
   * @return the layer's result
   */
  Tensor apply(Op op, List<Tensor> operands, Calibration.Layer layer) {
    Range range = layer.operand();
    Tensor x =
        coded.computeIfAbsent(new Coded(operands.get(0), range), c -> code(c.value(), c.range()));
    Tensor weight = operands.get(1);
    int rows = weight.dim(0);
    Tensor scale = weightScale(weight);
    Tensor zero = zeros(weight, DType.INT8, rows);
    List<Tensor> others = new ArrayList<>();
    others.add(weight.apply(new Quantize(0), scale, zero).apply(new Dequantize(0), scale, zero));
    if (operands.size() > 2) {
      Tensor step = scale.times(range.step());
      others.add(
          operands
              .get(2)
              .div(step)
              .plus(0.5)
              .floor()
              .cast(DType.INT32)
              .apply(new Dequantize(0), step, zeros(weight, DType.INT32, rows)));
    }
    Tensor y = x.apply(op, others.toArray(Tensor[]::new));
    return layer.result().map(r -> code(y, r)).orElse(y);
  }

  /** Quantizes and dequantizes a value. */
  private static Tensor code(Tensor x, Range range) {
    Tensor scale = x.constant(range.scale());
    Tensor zero = x.constant(range.zero());
    return x.apply(new Quantize(0), scale, zero).apply(new Dequantize(0), scale, zero);
  }

  /** Returns the scale of each output channel: the value of the code 1. */
  private static Tensor weightScale(Tensor weight) {
    return weight
        .flatten(1, -1)
        .abs()
        .apply(new Reduction.Reduce(Reduction.Kind.MAX, 1, false))
        .div(LARGEST_WEIGHT)
        .max(weight.constant(TensorData.of(new float[] {SMALLEST_SCALE}, 1)));
  }

  private static Tensor zeros(Tensor at, DType type, int rows) {
    return at.constant(
        TensorData.of(TensorType.of(type, rows), ByteBuffer.allocate(rows * type.bytes())));
  }
}
