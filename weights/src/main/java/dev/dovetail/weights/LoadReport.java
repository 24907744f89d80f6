package dev.dovetail.weights;

import dev.dovetail.core.IgnoredKeys;
import dev.dovetail.core.ParameterSpec;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The comparison of a checkpoint's tensors with a model's parameters.
 *
 * @param source the checkpoint, for messages
 * @param matched the tensors to load, by the model's names, in the model's order
 * @param missing parameters that the checkpoint lacks
 * @param unexpected tensors that the model lacks
 * @param mismatched tensors with the name of a parameter but a different shape or kind
 * @param unused tensors that are deliberately ignored, each with the reason
 */
public record LoadReport(
    String source,
    Map<String, TensorSource> matched,
    List<ParameterSpec> missing,
    List<TensorSource> unexpected,
    List<Mismatch> mismatched,
    Map<String, String> unused) {

  /**
   * A tensor whose shape differs from that of the parameter, or an integer tensor for a
   * floating-point parameter.
   */
  public record Mismatch(ParameterSpec wanted, TensorSource found) {}

  /**
   * Copies the collections.
   *
   * @param source the checkpoint, for messages
   * @param matched the tensors to load, by the model's names, in the model's order
   * @param missing parameters that the checkpoint lacks
   * @param unexpected tensors that the model lacks
   * @param mismatched tensors with the name of a parameter but a different shape or kind
   * @param unused tensors that are deliberately ignored, each with the reason
   */
  public LoadReport {
    matched = Collections.unmodifiableMap(new LinkedHashMap<>(matched));
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    mismatched = List.copyOf(mismatched);
    unused = Collections.unmodifiableMap(new LinkedHashMap<>(unused));
  }

  /**
   * Compares a checkpoint with a model.
   *
   * @param checkpoint the file or files
   * @param layout converts the checkpoint's names to the model's
   * @param parameters all parameters of the model
   * @param ignored keys that the checkpoint may contain in addition
   * @return the comparison
   * @throws IOException if a rule of the layout cannot be applied to the checkpoint
   */
  public static LoadReport match(
      Checkpoint checkpoint,
      Layout layout,
      Collection<ParameterSpec> parameters,
      Collection<IgnoredKeys> ignored)
      throws IOException {
    Layout.Applied applied = layout.apply(checkpoint.tensors());
    Map<String, TensorSource> left = new LinkedHashMap<>(applied.tensors());
    Map<String, TensorSource> matched = new LinkedHashMap<>();
    List<ParameterSpec> missing = new ArrayList<>();
    List<Mismatch> mismatched = new ArrayList<>();
    for (ParameterSpec parameter : parameters) {
      TensorSource found = left.remove(parameter.name());
      if (found == null) {
        missing.add(parameter);
      } else if (suits(parameter, found)) {
        matched.put(parameter.name(), found);
      } else {
        mismatched.add(new Mismatch(parameter, found));
      }
    }
    Map<String, String> leftOut = new LinkedHashMap<>(checkpoint.leftOut());
    leftOut.putAll(applied.dropped());
    List<TensorSource> unexpected = new ArrayList<>();
    for (TensorSource tensor : left.values()) {
      String reason = tensor.elements() == 0 ? "has no elements" : reason(tensor.name(), ignored);
      if (reason == null) {
        unexpected.add(tensor);
      } else {
        leftOut.put(tensor.name(), reason);
      }
    }
    return new LoadReport(
        checkpoint.path().toString(), matched, missing, unexpected, mismatched, leftOut);
  }

  private static boolean suits(ParameterSpec parameter, TensorSource found) {
    return found.shape().equals(parameter.shape())
        && found.type().isFloat() == parameter.dtype().isFloat();
  }

  private static String reason(String name, Collection<IgnoredKeys> ignored) {
    return ignored.stream()
        .filter(keys -> keys.matches(name))
        .map(IgnoredKeys::reason)
        .findFirst()
        .orElse(null);
  }

  /**
   * Describes the comparison: the counts, the first names of each kind with their shapes, and the
   * reasons for ignored tensors.
   *
   * @return several lines of text
   */
  public String describe() {
    return new LoadReportText(this).description();
  }

  /**
   * Returns whether every parameter has a tensor and every tensor a parameter.
   *
   * @return whether the two match exactly
   */
  public boolean complete() {
    return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
  }

  /**
   * Returns the tensors to load if the comparison allows it.
   *
   * @param allowMissing whether missing and unexpected tensors are allowed, such as for a
   *     pre-trained backbone that is loaded into a detector; other shapes are never allowed
   * @return the tensors by the parameters' names
   * @throws IOException if the comparison does not allow it; the message lists missing, unexpected
   *     and mismatched tensors
   */
  public Map<String, TensorSource> requireComplete(boolean allowMissing) throws IOException {
    if (!acceptable(allowMissing)) {
      throw new CheckpointException(refusal(allowMissing));
    }
    return matched;
  }

  /**
   * {@return whether {@link #requireComplete} would return the tensors}
   *
   * @param allowMissing as for {@link #requireComplete}
   */
  public boolean acceptable(boolean allowMissing) {
    return allowMissing ? mismatched.isEmpty() && !matched.isEmpty() : complete();
  }

  /**
   * {@return the message of {@link #requireComplete} if it throws an exception}
   *
   * @param allowMissing as for {@link #requireComplete}
   */
  public String refusal(boolean allowMissing) {
    return new LoadReportText(this).refusal(allowMissing);
  }
}
