package dev.dovetail.train.optim;

import dev.dovetail.graph.TensorData;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Libtorch;
import dev.dovetail.train.engine.Tensors;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), in the order of PyTorch's
 * implementation: decay first, epsilon added to the bias-corrected root.
 */
public final class AdamW extends GradientDescent {

  /**
   * The coefficients of the running averages.
   *
   * @param beta1 the decay of the mean gradient
   * @param beta2 the decay of the mean squared gradient
   * @param epsilon added to the root
   */
  public record Moments(double beta1, double beta2, double epsilon) {

    /** {@return 0.9, 0.999 and 1e-8} */
    public static Moments defaults() {
      return new Moments(0.9, 0.999, 1e-8);
    }
  }

  private static final String MEAN = "exp_avg";
  private static final String SQUARE = "exp_avg_sq";
  private static final String STEPS = "step";

  private final Moments moments;

  /**
   * @param groups the parameter groups
   * @param moments the coefficients of the running averages
   */
  public AdamW(List<ParameterGroup> groups, Moments moments) {
    super(groups, List.of(MEAN, SQUARE, STEPS));
    this.moments = moments;
  }

  @Override
  void update(Map<String, Tensor> kept, Tensor value, Tensor gradient, double rate, double decay) {
    if (kept.isEmpty()) {
      kept.put(MEAN, Libtorch.kept(torch.zeros_like(value)));
      kept.put(SQUARE, Libtorch.kept(torch.zeros_like(value)));
      kept.put(STEPS, Libtorch.kept(Tensors.of(TensorData.scalar(0L), FloatType.FLOAT32)));
    }
    Tensor mean = kept.get(MEAN);
    Tensor square = kept.get(SQUARE);
    long steps = kept.get(STEPS).add_(new Scalar(1)).item().toLong();
    if (decay != 0) {
      value.mul_(new Scalar(1 - rate * decay));
    }
    mean.mul_(new Scalar(moments.beta1())).add_(gradient, new Scalar(1 - moments.beta1()));
    square
        .mul_(new Scalar(moments.beta2()))
        .addcmul_(gradient, gradient, new Scalar(1 - moments.beta2()));
    double meanShare = 1 - Math.pow(moments.beta1(), steps);
    double squareShare = 1 - Math.pow(moments.beta2(), steps);
    Tensor root =
        torch
            .sqrt(square)
            .div_(new Scalar(Math.sqrt(squareShare)))
            .add_(new Scalar(moments.epsilon()));
    value.addcdiv_(mean, root, new Scalar(-rate / meanShare));
  }

  /** {@return the number of steps of a parameter; 0 if it never had a gradient} */
  public long steps(String parameter) {
    Tensor steps = kept(parameter).get(STEPS);
    return steps == null ? 0 : Tensors.data(steps).longs()[0];
  }
}
