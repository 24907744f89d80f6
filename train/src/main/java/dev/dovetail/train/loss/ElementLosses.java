package dev.dovetail.train.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses of single numbers: of boxes' corrections and of masks. */
public final class ElementLosses {

  private static final long MEAN = 1;
  private static final long SUM = 2;

  private ElementLosses() {}

  /**
   * The mean of the cross-entropies of yes or no.
   *
   * @param logits scores before the sigmoid
   * @param targets from 0 to 1, as many
   * @return a scalar
   */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets) {
    try (TensorOptional none = new TensorOptional()) {
      return torch.binary_cross_entropy_with_logits(logits, targets, none, none, MEAN);
    }
  }

  /**
   * The sum of the cross-entropies of yes or no over a number.
   *
   * @param logits scores before the sigmoid
   * @param targets from 0 to 1, as many; if there are none, the loss is 0
   * @param divisor what the sum is divided by
   * @return a scalar
   */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets, double divisor) {
    try (TensorOptional none = new TensorOptional();
        Tensor sum = torch.binary_cross_entropy_with_logits(logits, targets, none, none, SUM);
        Scalar by = new Scalar(divisor)) {
      return sum.div(by);
    }
  }

  /**
   * The sum of absolute differences over a number.
   *
   * @param values what was predicted
   * @param targets as many
   * @param divisor what the sum is divided by
   * @return a scalar
   */
  public static Tensor absolute(Tensor values, Tensor targets, double divisor) {
    try (Tensor sum = torch.l1_loss(values, targets, SUM);
        Scalar by = new Scalar(divisor)) {
      return sum.div(by);
    }
  }
}
