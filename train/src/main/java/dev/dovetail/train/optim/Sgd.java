package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Libtorch;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradient descent with momentum, like PyTorch's {@code SGD}: weight decay is added to the
 * gradient, and the momentum of the first step is the gradient itself.
 */
public final class Sgd extends GradientDescent {

  private static final String VELOCITY = "momentum_buffer";

  private final double momentum;
  private final boolean nesterov;

  /**
   * @param groups the parameter groups
   * @param momentum the decay of the previous steps; 0 for none
   * @param nesterov whether to use Nesterov momentum (Nesterov 1983)
   */
  public Sgd(List<ParameterGroup> groups, double momentum, boolean nesterov) {
    super(groups, momentum == 0 ? List.of() : List.of(VELOCITY));
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  void update(Map<String, Tensor> kept, Tensor value, Tensor gradient, double rate, double decay) {
    value.add_(step(kept, value, gradient, decay), new Scalar(-rate));
  }

  private Tensor step(Map<String, Tensor> kept, Tensor value, Tensor gradient, double decay) {
    Tensor step = decay == 0 ? gradient : gradient.add(value, new Scalar(decay));
    if (momentum == 0) {
      return step;
    }
    Tensor velocity = kept.get(VELOCITY);
    if (velocity == null) {
      velocity = Libtorch.kept(step.clone(new MemoryFormatOptional()));
      kept.put(VELOCITY, velocity);
    } else {
      velocity.mul_(new Scalar(momentum)).add_(step);
    }
    return nesterov ? step.add(velocity, new Scalar(momentum)) : velocity;
  }
}
