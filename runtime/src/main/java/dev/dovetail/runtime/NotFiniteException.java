package dev.dovetail.runtime;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * Thrown when a run's results are meaningless because values that they depend on are NaN or
 * infinite. The weights are not the cause, since they are checked when a plan is compiled.
 */
public final class NotFiniteException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, TensorData> outputs;

  private NotFiniteException(String message, Map<String, TensorData> outputs) {
    super(message);
    this.outputs = outputs;
  }

  /**
   * @param odd the number of non-finite elements of each affected value; not empty
   */
  static NotFiniteException of(
      Map<String, Long> odd,
      Map<String, TensorData> inputs,
      Map<String, TensorData> outputs,
      Precision precision) {
    String first = odd.keySet().iterator().next();
    return new NotFiniteException(
        String.format(
            Locale.ROOT,
            "the results are not finite: '%s' contains %d values that are NaN or infinite; %s",
            first,
            odd.get(first),
            cause(inputs, precision)),
        outputs);
  }

  private static String cause(Map<String, TensorData> inputs, Precision precision) {
    for (Map.Entry<String, TensorData> input : inputs.entrySet()) {
      if (input.getValue().oddities() > 0) {
        return "so does the input '" + input.getKey() + "'";
      }
    }
    return precision == Precision.FP16
        ? "a value exceeds 65504, the limit of half precision: use --precision fp32"
        : "inputs and weights are finite, so a value exceeds the range of float32: training"
            + " may have diverged, or the weights are from a different model";
  }

  /** {@return the outputs, unchanged} */
  public Map<String, TensorData> outputs() {
    return outputs;
  }
}
