package dev.dovetail.graph.int8;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the range of an activation is derived from its values on the calibration images. Values
 * outside of the range saturate. The methods and their names are those of ONNX Runtime's
 * quantization tools ({@code CalibrationMethod} in {@code calibrate.py}).
 *
 * @param kind the method
 * @param percentile for {@link Kind#PERCENTILE}, the percentage of values that do not saturate
 */
public record CalibrationMethod(Kind kind, double percentile) {

  /** The percentile that ONNX Runtime uses by default. */
  public static final double USUAL_PERCENTILE = 99.999;

  /** From the smallest to the largest value. */
  public static final CalibrationMethod MINMAX = of(Kind.MINMAX, Optional.empty());

  /** The kinds of methods. */
  public enum Kind {
    /** From the smallest to the largest value. */
    MINMAX,
    /** The magnitudes below a percentile. */
    PERCENTILE,
    /**
     * The magnitudes below the threshold at which the distribution of 8-bit codes has the least
     * Kullback-Leibler divergence from that of the values (Migacz, "8-bit inference with TensorRT",
     * GTC 2017).
     */
    ENTROPY;

    /** {@return the name in lower case, as in options and files} */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the names of all kinds, for messages: {@code minmax, percentile, entropy}} */
    public static String labels() {
      return Arrays.stream(values()).map(Kind::label).collect(Collectors.joining(", "));
    }
  }

  /** Codes of magnitudes if a value has both signs, or only one. */
  private static final int SIGNED = 128;

  private static final int UNSIGNED = 256;

  /**
   * Checks the percentile.
   *
   * @throws IllegalArgumentException if the percentile is not above 0 and at most 100
   */
  public CalibrationMethod {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "the calibration percentile " + percentile + " is not above 0 and at most 100");
    }
  }

  /**
   * {@return a method}
   *
   * @param kind the method
   * @param percentile for {@link Kind#PERCENTILE}; by default {@link #USUAL_PERCENTILE}
   * @throws IllegalArgumentException if another method has a percentile, or it is not above 0 and
   *     at most 100
   */
  public static CalibrationMethod of(Kind kind, Optional<Double> percentile) {
    if (percentile.isPresent() && kind != Kind.PERCENTILE) {
      throw new IllegalArgumentException(
          "the calibration method " + kind.label() + " has no percentile; percentile has");
    }
    return new CalibrationMethod(kind, percentile.orElse(USUAL_PERCENTILE));
  }

  /** {@return whether it needs histograms, not only the smallest and largest values} */
  public boolean needsHistograms() {
    return kind != Kind.MINMAX;
  }

  /** Returns the part of a range that the method keeps. */
  Range clip(Range range, Histogram histogram) {
    return switch (kind) {
      case MINMAX -> range;
      case PERCENTILE -> range.within(histogram.percentile(percentile));
      case ENTROPY ->
          range.within(histogram.entropy(range.min() < 0 && range.max() > 0 ? SIGNED : UNSIGNED));
    };
  }

  /** Returns the name, and the percentile if there is one. */
  @Override
  public String toString() {
    return kind == Kind.PERCENTILE ? kind.label() + " " + percentile : kind.label();
  }
}
