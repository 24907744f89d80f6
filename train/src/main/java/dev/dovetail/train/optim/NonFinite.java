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
 * A loss or a gradient with values that are not finite. The optimizer must not take a step then.
 *
 * @param name the name of the loss, or of the parameter that the gradient belongs to
 * @param nan how many are NaN
 * @param infinite how many are infinite
 * @param elements how many there are
 */
public record NonFinite(String name, long nan, long infinite, long elements) {

  /**
   * {@return those of some tensors that are not finite, in their order}
   *
   * @param tensors by name, such as the terms of a loss
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
   * {@return the gradients that are not finite, in the order of the parameters}; to be called where
   * {@link GradientNorm} gives a norm that is not finite
   *
   * @param parameters with their gradients
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

  /** As {@code 'loss_cls' is NaN} or {@code 'fc.weight' has 2 NaN and 1 infinite of 12 values}. */
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
