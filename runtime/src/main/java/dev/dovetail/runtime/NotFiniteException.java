package dev.dovetail.runtime;

import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * A run whose results mean nothing, since values that they depend on are NaN or infinite. Weights
 * are looked through when a plan is compiled, so that they are not the cause.
 */
public final class NotFiniteException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, TensorData> outputs;

  private NotFiniteException(String message, Map<String, TensorData> outputs) {
    super(message);
    this.outputs = outputs;
  }

  /**
   * @param odd how many elements of which value are not finite; not empty
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
            "the results are not finite: '%s' holds %d values that are NaN or infinite; %s",
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
        ? "half precision ends at 65504, which the model exceeds: use --precision fp32"
        : "input and weights are finite, so the model exceeds what float32 can hold: its training"
            + " may have diverged, or the weights are of a model that computes otherwise";
  }

  /** {@return the outputs as they are} */
  public Map<String, TensorData> outputs() {
    return outputs;
  }
}
