package dev.dovetail.train.loss;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Softmax cross-entropy with label smoothing. The target of the true class is {@code 1 -
 * smoothing}, and {@code smoothing} is distributed evenly over all classes (Szegedy et al. 2016, as
 * in PyTorch).
 *
 * @param smoothing from 0 (none) to 1
 * @param ignore the label of elements without loss and gradient
 * @param divisor the number by which the sum of the losses is divided
 */
public record CrossEntropy(double smoothing, int ignore, Divisor divisor) {

  /** The elements that are counted for the mean. */
  public enum Divisor {
    /** All elements, including ignored ones, as in mmseg. The loss is 0 if all are ignored. */
    ALL,
    /** Elements that are not ignored, as in PyTorch. The loss is NaN if all are ignored. */
    VALID
  }

  private static final long SUM = 2;
  private static final long MEAN = 1;

  /**
   * @param smoothing from 0 (none) to 1
   * @param ignore the label of elements without loss and gradient
   * @param divisor the number by which the sum of the losses is divided
   * @throws IllegalArgumentException if the smoothing is not from 0 to 1
   */
  public CrossEntropy {
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "label smoothing is " + smoothing + ", expected a number from 0 to 1");
    }
  }

  /**
   * {@return the loss of a classifier: the mean over a batch}
   *
   * @param smoothing from 0 (none) to 1
   */
  public static CrossEntropy ofClasses(double smoothing) {
    return new CrossEntropy(smoothing, -100, Divisor.VALID);
  }

  /** {@return mmseg's loss of label maps: 255 is ignored, and the mean is over all pixels} */
  public static CrossEntropy ofPixels() {
    return new CrossEntropy(0, 255, Divisor.ALL);
  }

  /**
   * {@return the loss, a scalar}
   *
   * @param logits [batch, classes, ...]
   * @param labels int64 [batch, ...]
   */
  public Tensor of(Tensor logits, Tensor labels) {
    try (TensorOptional weights = new TensorOptional();
        Scalar count = new Scalar(Math.max(labels.numel(), 1))) {
      if (divisor == Divisor.VALID) {
        return torch.cross_entropy_loss(logits, labels, weights, MEAN, ignore, smoothing);
      }
      try (Tensor sum = torch.cross_entropy_loss(logits, labels, weights, SUM, ignore, smoothing)) {
        return sum.div(count);
      }
    }
  }

  /**
   * Computes the loss of label maps of any size. The logits are resized to their size, bilinearly
   * with half-pixel centers.
   *
   * @param logits [batch, classes, height', width']
   * @param labels int64 [batch, height, width]
   * @return the loss, a scalar
   */
  public Tensor resized(Tensor logits, Tensor labels) {
    long[] size = {labels.size(1), labels.size(2)};
    try (DoubleOptional none = new DoubleOptional();
        Tensor resized = torch.upsample_bilinear2d(logits, size, false, none, none)) {
      return of(resized, labels);
    }
  }
}
