package dev.dovetail.graph.int8;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Measurements of a model's layers from runs in float32: the ranges of their values, and the error
 * of computing them in 8-bit integers. It is independent of the image size.
 *
 * @param images the number of calibration images
 * @param layers the layers by name
 */
public record Calibration(int images, Map<String, Layer> layers) {

  /**
   * One layer.
   *
   * @param operand the range of the input
   * @param result the range of the output, for a convolution
   * @param error root mean square of the change by quantization, relative to the root mean square
   *     of the result; the layer's inputs are those of float32
   * @param quantized whether it computes in integers; otherwise it stays in float32
   */
  public record Layer(Range operand, Optional<Range> result, double error, boolean quantized) {

    /** {@return the range of the operand, and that of the result if there is one} */
    List<Range> ranges() {
      return result.map(r -> List.of(operand, r)).orElse(List.of(operand));
    }

    /**
     * {@return this layer with an error}
     *
     * @param value see {@link #error}
     * @param most the maximum error at which the layer remains quantized
     */
    Layer withError(double value, double most) {
      return new Layer(operand, result, value, value <= most);
    }

    /** {@return this layer in float32} */
    Layer inFloat32() {
      return new Layer(operand, result, error, false);
    }

    /** {@return this layer with ranges that also include those of another observation} */
    Layer with(Layer other) {
      return new Layer(
          operand.with(other.operand),
          result.flatMap(r -> other.result.map(r::with)),
          Math.max(error, other.error),
          quantized && other.quantized);
    }
  }

  /**
   * Copies the layers, by name.
   *
   * @param images the number of calibration images
   * @param layers the layers by name
   */
  public Calibration {
    layers = Collections.unmodifiableMap(new TreeMap<>(layers));
  }

  /** {@return the number of layers that compute in integers} */
  public long quantized() {
    return layers.values().stream().filter(Layer::quantized).count();
  }

  /**
   * {@return a copy in which the layers with the largest errors stay in float32}
   *
   * @param count the number of further layers to move to float32
   */
  public Calibration withFloat32(int count) {
    Map<String, Layer> changed = new LinkedHashMap<>(layers);
    layers.entrySet().stream()
        .filter(e -> e.getValue().quantized())
        .sorted((a, b) -> Double.compare(b.getValue().error(), a.getValue().error()))
        .limit(count)
        .forEach(e -> changed.put(e.getKey(), e.getValue().inFloat32()));
    return new Calibration(images, changed);
  }
}
