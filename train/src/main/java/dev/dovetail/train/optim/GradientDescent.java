package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Parameters;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** What optimizers have in common that change each parameter by its own gradient. */
abstract class GradientDescent implements Optimizer {

  private final List<ParameterGroup> groups;

  GradientDescent(List<ParameterGroup> groups) {
    this.groups = List.copyOf(groups);
  }

  /**
   * Changes one parameter in place. What it makes is closed after it.
   *
   * @param name of the parameter, under which its state is kept
   * @param rate the learning rate
   * @param decay the weight decay
   */
  abstract void update(String name, Tensor value, Tensor gradient, double rate, double decay);

  @Override
  public final List<ParameterGroup> groups() {
    return groups;
  }

  @Override
  public final void step(Parameters parameters, double... rates) {
    try (NoGradGuard guard = new NoGradGuard()) {
      for (int i = 0; i < groups.size(); i++) {
        ParameterGroup group = groups.get(i);
        for (String name : group.parameters()) {
          try (PointerScope scope = new PointerScope()) {
            Optional<Tensor> gradient = parameters.gradient(name);
            if (gradient.isPresent()) {
              Tensor value = parameters.value(name);
              update(name, value, gradient.get(), rates[i], group.weightDecay());
            }
          }
        }
      }
    }
  }
}
