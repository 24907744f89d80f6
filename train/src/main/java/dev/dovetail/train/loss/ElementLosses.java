package dev.dovetail.train.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Elementwise losses: of box deltas and of masks. */
public final class ElementLosses {

  private static final long MEAN = 1;
  private static final long SUM = 2;

  private ElementLosses() {}

  /**
   * Computes the mean binary cross-entropy.
   *
   * @param logits scores before the sigmoid
   * @param targets from 0 to 1, with the shape of the logits
   * @return a scalar
   */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets) {
    try (TensorOptional none = new TensorOptional()) {
      return torch.binary_cross_entropy_with_logits(logits, targets, none, none, MEAN);
    }
  }

  /**
   * Computes the sum of binary cross-entropies divided by a number.
   *
   * @param logits scores before the sigmoid
   * @param targets from 0 to 1, with the shape of the logits; if there are none, the loss is 0
   * @param divisor the number by which the sum is divided
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
   * Computes the sum of absolute differences divided by a number.
   *
   * @param values the predictions
   * @param targets the targets, with the same shape
   * @param divisor the number by which the sum is divided
   * @return a scalar
   */
  public static Tensor absolute(Tensor values, Tensor targets, double divisor) {
    try (Tensor sum = torch.l1_loss(values, targets, SUM);
        Scalar by = new Scalar(divisor)) {
      return sum.div(by);
    }
  }
}
