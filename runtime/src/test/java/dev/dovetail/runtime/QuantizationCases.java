package dev.dovetail.runtime;

import static dev.dovetail.runtime.OperatorCase.dims;
import static dev.dovetail.runtime.OperatorCase.floats;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Quantization;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/** Cases of {@link Quantization}. */
final class QuantizationCases {

  private QuantizationCases() {}

  static List<OperatorCase> all() {
    TensorData half = floats(dims(), 0.5);
    TensorData ten = TensorData.of(new byte[] {10});
    TensorData scales = floats(1, 0.25);
    return List.of(
        OperatorCase.of(
            "QuantizeLinear to uint8 rounds ties to even and saturates",
            new Quantization.Quantize(0),
            TensorData.of(new byte[] {10, 10, 12, 0, (byte) 255}, 5),
            floats(0, 0.25, 0.75, -9, 900),
            half,
            ten),
        OperatorCase.of(
            "QuantizeLinear to int8 with a scale per row",
            new Quantization.Quantize(0),
            bytes(dims(2, 2), 1, -2, 4, -8),
            floats(dims(2, 2), 1, -2, 1, -2),
            scales,
            bytes(dims(2), 0, 0)),
        OperatorCase.of(
            "DequantizeLinear of uint8",
            new Quantization.Dequantize(0),
            floats(-5, 0, 122.5),
            TensorData.of(new byte[] {0, 10, (byte) 255}, 3),
            half,
            ten),
        OperatorCase.of(
            "DequantizeLinear of int8 with a scale per row",
            new Quantization.Dequantize(0),
            floats(dims(2, 2), 1, -2, 1, -2),
            bytes(dims(2, 2), 1, -2, 4, -8),
            scales,
            bytes(dims(2), 0, 0)));
  }

  private static TensorData bytes(int[] dims, int... values) {
    byte[] codes = new byte[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) values[i];
    }
    return TensorData.of(TensorType.of(DType.INT8, dims), ByteBuffer.wrap(codes));
  }
}
