package dev.dovetail.graph.int8;

import dev.dovetail.graph.TensorData;

/**
 * The range of a value, which always holds 0, so that padding and what a ReLU cuts off are exact.
 *
 * @param min the smallest value, at most 0
 * @param max the largest value, at least 0
 */
public record Range(float min, float max) {

  private static final int LARGEST = 255;

  /**
   * Widens the range to 0.
   *
   * @param min the smallest value
   * @param max the largest value
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
   * {@return the range that holds both}
   *
   * @param other another range
   */
  public Range with(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  /** The step between two codes; 1 where all values are 0. */
  float step() {
    float step = (float) (((double) max - min) / LARGEST);
    return step > 0 ? step : 1;
  }

  TensorData scale() {
    return TensorData.scalar(step());
  }

  /** The code of 0, uint8. */
  TensorData zero() {
    long code = Math.round(-(double) min / step());
    return TensorData.of(new byte[] {(byte) Math.min(code, LARGEST)});
  }
}
