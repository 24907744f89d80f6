package dev.dovetail.train.optim;

import dev.dovetail.train.engine.Libtorch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), in the order of PyTorch's steps:
 * decay first, epsilon added to the corrected root.
 */
public final class AdamW extends GradientDescent {

  /**
   * How fast the moments forget.
   *
   * @param beta1 of the mean of gradients
   * @param beta2 of the mean of their squares
   * @param epsilon added to the root
   */
  public record Moments(double beta1, double beta2, double epsilon) {

    /** {@return 0.9, 0.999 and 1e-8} */
    public static Moments defaults() {
      return new Moments(0.9, 0.999, 1e-8);
    }
  }

  /** What is kept of one parameter. */
  private static final class State {
    private final Tensor mean;
    private final Tensor square;
    private long steps;

    State(Tensor like) {
      mean = Libtorch.kept(torch.zeros_like(like));
      square = Libtorch.kept(torch.zeros_like(like));
    }
  }

  private final Moments moments;
  private final Map<String, State> states = new HashMap<>();

  /**
   * @param groups the parameters that are updated alike
   * @param moments how fast they forget
   */
  public AdamW(List<ParameterGroup> groups, Moments moments) {
    super(groups);
    this.moments = moments;
  }

  @Override
  void update(String name, Tensor value, Tensor gradient, double rate, double decay) {
    State state = states.computeIfAbsent(name, n -> new State(value));
    state.steps++;
    if (decay != 0) {
      value.mul_(new Scalar(1 - rate * decay));
    }
    state.mean.mul_(new Scalar(moments.beta1())).add_(gradient, new Scalar(1 - moments.beta1()));
    state
        .square
        .mul_(new Scalar(moments.beta2()))
        .addcmul_(gradient, gradient, new Scalar(1 - moments.beta2()));
    double meanShare = 1 - Math.pow(moments.beta1(), state.steps);
    double squareShare = 1 - Math.pow(moments.beta2(), state.steps);
    Tensor root =
        torch
            .sqrt(state.square)
            .div_(new Scalar(Math.sqrt(squareShare)))
            .add_(new Scalar(moments.epsilon()));
    value.addcdiv_(state.mean, root, new Scalar(-rate / meanShare));
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    groups().stream()
        .flatMap(g -> g.parameters().stream())
        .filter(states::containsKey)
        .forEach(
            name -> {
              all.put(name + ".exp_avg", states.get(name).mean);
              all.put(name + ".exp_avg_sq", states.get(name).square);
            });
    return all;
  }

  /** {@return how many steps a parameter has taken; 0 if it never had a gradient} */
  public long steps(String parameter) {
    State state = states.get(parameter);
    return state == null ? 0 : state.steps;
  }

  @Override
  public void close() {
    for (State state : states.values()) {
      state.mean.close();
      state.square.close();
    }
    states.clear();
  }
}
