package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A loss or a gradient with non-finite values. The optimizer must then not take a step.
 *
 * @param name the name of the loss, or of the parameter with the gradient
 * @param nan the number of NaN values
 * @param infinite the number of infinite values
 * @param elements the number of elements
 */
public record NonFinite(String name, long nan, long infinite, long elements) {

  /**
   * {@return the tensors with non-finite values, in order}
   *
   * @param tensors tensors by name, such as the terms of a loss
   */
  public static List<NonFinite> in(Map<String, Tensor> tensors) {
    List<NonFinite> found = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          try (PointerScope scope = new PointerScope();
              NoGradGuard guard = new NoGradGuard()) {
            long nan = torch.isnan(tensor).sum().item().toLong();
            long infinite = torch.isinf(tensor).sum().item().toLong();
            if (nan + infinite > 0) {
              found.add(new NonFinite(name, nan, infinite, tensor.numel()));
            }
          }
        });
    return found;
  }

  /**
   * {@return the gradients with non-finite values, in the order of the parameters}; to be called if
   * {@link GradientNorm} returns a non-finite norm
   *
   * @param parameters the parameters with their gradients
   */
  public static List<NonFinite> gradients(Parameters parameters) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      for (String name : parameters.weights()) {
        parameters.gradient(name).ifPresent(gradient -> gradients.put(name, gradient));
      }
      return in(gradients);
    }
  }

  /**
   * Returns a text such as {@code 'loss_cls' is NaN} or {@code 'fc.weight' has 2 NaN and 1 infinite
   * of 12 values}.
   */
  @Override
  public String toString() {
    if (elements == 1) {
      return "'" + name + "' is " + (nan > 0 ? "NaN" : "infinite");
    }
    String both = nan > 0 && infinite > 0 ? " and " : "";
    return "'"
        + name
        + "' has "
        + (nan > 0 ? nan + " NaN" : "")
        + both
        + (infinite > 0 ? infinite + " infinite" : "")
        + " of "
        + elements
        + " values";
  }
}
