package dev.dovetail.graph.int8;

import dev.dovetail.graph.TensorData;

/**
 * The range of a value. It always includes 0, so that padding and values that a ReLU sets to 0 are
 * exact.
 *
 * @param min the minimum, at most 0
 * @param max the maximum, at least 0
 */
public record Range(float min, float max) {

  private static final int LARGEST = 255;

  /**
   * Extends the range to 0.
   *
   * @param min the minimum
   * @param max the maximum
   * @throws IllegalArgumentException if one is not a finite number
   */
  public Range {
    if (!Float.isFinite(min) || !Float.isFinite(max)) {
      throw new IllegalArgumentException("the range " + min + " to " + max + " is not finite");
    }
    min = Math.min(min, 0);
    max = Math.max(max, 0);
  }

  /**
   * {@return the smallest range that contains both}
   *
   * @param other another range
   */
  public Range with(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  /** Returns the largest magnitude. */
  float largest() {
    return Math.max(-min, max);
  }

  /** Returns the part whose magnitudes do not exceed a threshold. */
  Range within(double threshold) {
    return new Range((float) Math.max(min, -threshold), (float) Math.min(max, threshold));
  }

  /** Returns the step between two codes; 1 if all values are 0. */
  float step() {
    float step = (float) (((double) max - min) / LARGEST);
    return step > 0 ? step : 1;
  }

  TensorData scale() {
    return TensorData.scalar(step());
  }

  /** Returns the code of 0, uint8. */
  TensorData zero() {
    long code = Math.round(-(double) min / step());
    return TensorData.of(new byte[] {(byte) Math.min(code, LARGEST)});
  }
}
