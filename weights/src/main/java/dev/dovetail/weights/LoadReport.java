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
 * How the tensors of a checkpoint match what a model wants.
 *
 * @param source the checkpoint, for messages
 * @param matched the tensors to load, by the model's names, in the model's order
 * @param missing what the checkpoint lacks
 * @param unexpected what the model has no place for
 * @param mismatched tensors of the right name and another shape or kind
 * @param unused tensors that are knowingly left out, and the reason of each
 */
public record LoadReport(
    String source,
    Map<String, TensorSource> matched,
    List<ParameterSpec> missing,
    List<TensorSource> unexpected,
    List<Mismatch> mismatched,
    Map<String, String> unused) {

  /** A tensor of the right name and another shape, or integer where floating point is wanted. */
  public record Mismatch(ParameterSpec wanted, TensorSource found) {}

  /**
   * Copies the collections.
   *
   * @param source the checkpoint, for messages
   * @param matched the tensors to load, by the model's names, in the model's order
   * @param missing what the checkpoint lacks
   * @param unexpected what the model has no place for
   * @param mismatched tensors of the right name and another shape or kind
   * @param unused tensors that are knowingly left out, and the reason of each
   */
  public LoadReport {
    matched = Collections.unmodifiableMap(new LinkedHashMap<>(matched));
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    mismatched = List.copyOf(mismatched);
    unused = Collections.unmodifiableMap(new LinkedHashMap<>(unused));
  }

  /**
   * Compares.
   *
   * @param checkpoint the file or files
   * @param layout how to get from the checkpoint's names to the model's
   * @param wanted all parameters of the model
   * @param ignored what the checkpoint may hold besides
   * @return how they match
   * @throws IOException if a rule of the layout does not suit the checkpoint
   */
  public static LoadReport match(
      Checkpoint checkpoint,
      Layout layout,
      Collection<ParameterSpec> wanted,
      Collection<IgnoredKeys> ignored)
      throws IOException {
    Layout.Applied applied = layout.apply(checkpoint.tensors());
    Map<String, TensorSource> left = new LinkedHashMap<>(applied.tensors());
    Map<String, TensorSource> matched = new LinkedHashMap<>();
    List<ParameterSpec> missing = new ArrayList<>();
    List<Mismatch> mismatched = new ArrayList<>();
    for (ParameterSpec parameter : wanted) {
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
      String reason = tensor.elements() == 0 ? "without elements" : reason(tensor.name(), ignored);
      if (reason == null) {
        unexpected.add(tensor);
      } else {
        leftOut.put(tensor.name(), reason);
      }
    }
    return new LoadReport(
        checkpoint.path().toString(), matched, missing, unexpected, mismatched, leftOut);
  }

  private static boolean suits(ParameterSpec wanted, TensorSource found) {
    return found.shape().equals(wanted.shape())
        && found.type().isFloat() == wanted.dtype().isFloat();
  }

  private static String reason(String name, Collection<IgnoredKeys> ignored) {
    return ignored.stream()
        .filter(keys -> keys.matches(name))
        .map(IgnoredKeys::reason)
        .findFirst()
        .orElse(null);
  }

  /**
   * How the checkpoint matches, for a reader: the counts, the first names of each kind with their
   * shapes, and why others are left out.
   *
   * @return several lines of text
   */
  public String describe() {
    return new LoadReportText(this).description();
  }

  /**
   * Whether every parameter has its tensor and every tensor its place.
   *
   * @return whether the two match exactly
   */
  public boolean complete() {
    return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
  }

  /**
   * The tensors to load, if they are all that is wanted.
   *
   * @param allowMissing whether parameters may be missing and tensors be left over, as when a
   *     pre-trained backbone is loaded into a detector; another shape is never allowed
   * @return the tensors by the parameters' names
   * @throws IOException if not; the message lists what is missing, unexpected and of another shape
   */
  public Map<String, TensorSource> requireComplete(boolean allowMissing) throws IOException {
    if (!acceptable(allowMissing)) {
      throw new CheckpointException(refusal(allowMissing));
    }
    return matched;
  }

  /**
   * {@return whether {@link #requireComplete} would give the tensors}
   *
   * @param allowMissing as for {@link #requireComplete}
   */
  public boolean acceptable(boolean allowMissing) {
    return allowMissing ? mismatched.isEmpty() && !matched.isEmpty() : complete();
  }

  /**
   * {@return what {@link #requireComplete} says if it refuses}
   *
   * @param allowMissing as for {@link #requireComplete}
   */
  public String refusal(boolean allowMissing) {
    return new LoadReportText(this).refusal(allowMissing);
  }
}
