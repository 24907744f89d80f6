package dev.dovetail.graph.int8;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of a model's layers from runs in float32: the ranges of their values, and what
 * computing them in 8-bit integers costs. The same for all image sizes.
 *
 * @param images the number of calibration images
 * @param layers by name
 */
public record Calibration(int images, Map<String, Layer> layers) {

  /**
   * One layer.
   *
   * @param operand the range of what goes in
   * @param result the range of what comes out, of a convolution
   * @param error root mean square of what quantizing changes in the result, as a share of the
   *     result's own; operands are those of float32
   * @param quantized whether it computes in integers; else it stays in float32
   */
  public record Layer(Range operand, Optional<Range> result, double error, boolean quantized) {

    /**
     * {@return the same layer with its error}
     *
     * @param value see {@link #error}
     * @param most the largest error at which it stays quantized
     */
    Layer withError(double value, double most) {
      return new Layer(operand, result, value, value <= most);
    }

    /** {@return the same layer in float32} */
    Layer inFloat32() {
      return new Layer(operand, result, error, false);
    }

    /** {@return this layer with ranges widened to those of another observation of it} */
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
   * @param layers by name
   */
  public Calibration {
    layers = Collections.unmodifiableMap(new TreeMap<>(layers));
  }

  /** {@return how many layers compute in integers} */
  public long quantized() {
    return layers.values().stream().filter(Layer::quantized).count();
  }

  /**
   * {@return this calibration with the layers of the largest errors in float32}
   *
   * @param count how many further layers to move to float32
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
