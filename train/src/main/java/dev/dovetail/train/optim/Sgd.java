package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Libtorch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradient descent with momentum as PyTorch has it: weight decay is added to the gradient, the
 * first step's momentum is the gradient itself.
 */
public final class Sgd extends GradientDescent {

  private final double momentum;
  private final boolean nesterov;
  private final Map<String, Tensor> velocities = new HashMap<>();

  /**
   * @param groups the parameters that are updated alike
   * @param momentum how much of the step before is kept; 0 for none
   * @param nesterov whether the step looks ahead (Nesterov 1983)
   */
  public Sgd(List<ParameterGroup> groups, double momentum, boolean nesterov) {
    super(groups);
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  void update(String name, Tensor value, Tensor gradient, double rate, double decay) {
    value.add_(step(name, value, gradient, decay), new Scalar(-rate));
  }

  private Tensor step(String name, Tensor value, Tensor gradient, double decay) {
    Tensor step = decay == 0 ? gradient : gradient.add(value, new Scalar(decay));
    if (momentum == 0) {
      return step;
    }
    Tensor velocity = velocities.get(name);
    if (velocity == null) {
      velocity = Libtorch.kept(step.clone(new MemoryFormatOptional()));
      velocities.put(name, velocity);
    } else {
      velocity.mul_(new Scalar(momentum)).add_(step);
    }
    return nesterov ? step.add(velocity, new Scalar(momentum)) : velocity;
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    groups().stream()
        .flatMap(g -> g.parameters().stream())
        .filter(velocities::containsKey)
        .forEach(name -> all.put(name + ".momentum_buffer", velocities.get(name)));
    return all;
  }

  @Override
  public void close() {
    velocities.values().forEach(Tensor::close);
    velocities.clear();
  }
}
