package dev.dovetail.graph;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operator of ONNX opset 20. A single class defines its name, attributes, shape rule and cost
 * rule. Operators are immutable and stateless, so that different readers can write, measure or
 * execute the same graph.
 *
 * <p>Inputs that ONNX passes as tensors but that are known when the graph is built (axes, sizes,
 * limits) are components of the record and are listed in {@link #trailing}.
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
        FusedOp,
        OrtOp {

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
   * {@return constant inputs that follow the operands; an element is null if an optional ONNX input
   * is omitted}
   */
  default List<@Nullable TensorData> trailing() {
    return List.of();
  }

  /**
   * {@return the types of the results}
   *
   * @param operands the types of the operands
   * @throws IllegalArgumentException if the operands are invalid; the caller adds the location
   */
  List<TensorType> infer(List<TensorType> operands);

  /**
   * {@return multiply-accumulates of one execution; 0 for operators that are not counted (norms,
   * resizing)}
   *
   * @param operands the types of the operands
   * @param results the types that {@link #infer} returned
   */
  default long macs(List<TensorType> operands, List<TensorType> results) {
    return 0;
  }

  /** {@return whether the operator computes in float32 even if the graph is written in float16} */
  default boolean float32Only() {
    return false;
  }

  /**
   * Throws an exception if {@code condition} is false.
   *
   * @param condition the condition to check
   * @param message the error message
   */
  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
