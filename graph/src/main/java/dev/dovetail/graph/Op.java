package dev.dovetail.graph;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operator of ONNX opset 20, stated once: its name, attributes, shape rule and cost rule.
 * Operators are immutable and hold no state, so that one graph can be written, costed or executed
 * by different readers.
 *
 * <p>What ONNX passes as a tensor but is known when the graph is built (axes, sizes, limits) is a
 * component of the record and appears among {@link #trailing}.
 */
public sealed interface Op
    permits Source,
        Elementwise,
        Product,
        Convolution,
        Normalization,
        Movement,
        Indexing,
        Reduction,
        Sampling,
        Selection,
        Quantization,
        FusedOp {

  /** {@return the operator's name in its ONNX domain} */
  String onnxName();

  /**
   * {@return the attributes: values are {@code Long}, {@code Float}, {@code String}, {@code long[]}
   * or {@link DType}}
   */
  default Map<String, Object> attributes() {
    return Map.of();
  }

  /**
   * {@return constant inputs that follow the operands; an element may be null where ONNX leaves an
   * optional input empty}
   */
  default List<@Nullable TensorData> trailing() {
    return List.of();
  }

  /**
   * {@return the types of the results}
   *
   * @param operands the types of the operands
   * @throws IllegalArgumentException if the operands do not fit; the caller adds where it happened
   */
  List<TensorType> infer(List<TensorType> operands);

  /**
   * {@return multiply-accumulates of one execution; 0 for what is counted as free (norms,
   * resizing)}
   *
   * @param operands the types of the operands
   * @param results the types that {@link #infer} gave
   */
  default long macs(List<TensorType> operands, List<TensorType> results) {
    return 0;
  }

  /**
   * {@return true if the operator computes in float32 even where the graph is written in float16}
   */
  default boolean float32Only() {
    return false;
  }

  /**
   * Throws unless {@code condition} holds.
   *
   * @param condition what must hold
   * @param message what is wrong if it does not
   */
  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
