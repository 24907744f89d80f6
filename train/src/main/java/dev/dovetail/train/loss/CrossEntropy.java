package dev.dovetail.train.loss;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Softmax cross-entropy. The wanted share of the right class is {@code 1 - smoothing}, and {@code
 * smoothing} is spread evenly over all classes (Szegedy et al. 2016, as PyTorch has it).
 *
 * @param smoothing from 0 (none) to 1
 * @param ignore the label of what has no loss and no gradient
 * @param divisor what the sum of the losses is divided by
 */
public record CrossEntropy(double smoothing, int ignore, Divisor divisor) {

  /** What is counted for the mean. */
  public enum Divisor {
    /** All, ignored ones too, as mmseg does. All ignored, or none there: the loss is 0. */
    ALL,
    /** Those that are not ignored, as PyTorch does. All ignored: the loss is NaN. */
    VALID
  }

  private static final long SUM = 2;
  private static final long MEAN = 1;

  /**
   * @param smoothing from 0 (none) to 1
   * @param ignore the label of what has no loss and no gradient
   * @param divisor what the sum of the losses is divided by
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

  /** {@return the loss of label maps in mmseg: 255 is ignored, the mean is over all pixels} */
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
   * The loss of label maps of any size: scores are resized to theirs, bilinear between half-pixel
   * centres.
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
