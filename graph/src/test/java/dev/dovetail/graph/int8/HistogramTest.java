package dev.dovetail.graph.int8;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Thresholds of histograms. The expected numbers of bins were computed with NumPy, by {@code
 * np.histogram}, {@code np.searchsorted} on the cumulative counts, and the procedure of NVIDIA's
 * pytorch-quantization ({@code _compute_amax_entropy}) bin by bin.
 */
class HistogramTest {

  private static final int VALUES = 20_000;

  /** The quantiles of an exponential distribution, in ascending order. */
  private static double[] exponential() {
    double[] values = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = (float) -Math.log(1 - (i + 0.5) / VALUES);
    }
    return values;
  }

  private static double[] withOutlier() {
    double[] values = exponential();
    values[VALUES - 1] = 60;
    return values;
  }

  /** Every second value is 0, as behind a ReLU. */
  private static double[] rectified() {
    double[] values = exponential();
    for (int i = 0; i < VALUES; i += 2) {
      values[i] = 0;
    }
    return values;
  }

  private static double[] squares() {
    double[] values = exponential();
    for (int i = 0; i < VALUES; i++) {
      double exact = -Math.log(1 - (i + 0.5) / VALUES);
      values[i] = (float) ((double) (float) exact * (float) exact);
    }
    return values;
  }

  private static Histogram of(double... magnitudes) {
    double largest = 0;
    for (double value : magnitudes) {
      largest = Math.max(largest, value);
    }
    long[] counts = new long[Histogram.BINS];
    for (double value : magnitudes) {
      int bin = largest > 0 ? (int) (value * Histogram.BINS / largest) : 0;
      counts[Math.min(bin, Histogram.BINS - 1)]++;
    }
    Histogram histogram = new Histogram(largest);
    histogram.add(counts, 0);
    return histogram;
  }

  @ParameterizedTest
  @CsvSource({"99.003, 158", "99.903, 237", "99.957, 265", "99.991, 325", "100, 2048"})
  void percentilesOfAnOutlierAreThoseOfNumPy(double percent, int bins) {
    assertEquals(60.0 * bins / Histogram.BINS, of(withOutlier()).percentile(percent), 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"99.003, 757", "99.903, 1209", "99.957, 1373", "99.999, 2048"})
  void percentilesCountZeros(double percent, int bins) {
    double largest = rectified()[VALUES - 1];
    assertEquals(largest * bins / Histogram.BINS, of(rectified()).percentile(percent), 1e-9);
  }

  @Test
  void entropyThresholdsAreThoseOfThePublishedProcedure() {
    assertEquals(60.0 * 325 / Histogram.BINS, of(withOutlier()).entropy(128), 1e-9);
    assertEquals(rectified()[VALUES - 1], of(rectified()).entropy(256), 1e-9);
    double[] squares = squares();
    assertEquals(squares[VALUES - 1] * 637 / Histogram.BINS, of(squares).entropy(128), 1e-9);
  }

  @Test
  void aTensorOfZerosAndOneOfASingleMagnitudeKeepTheirRange() {
    for (double value : new double[] {0, 3}) {
      Histogram histogram = of(value, value, value);
      assertEquals(value, histogram.entropy(128));
      assertEquals(value, histogram.percentile(99.9));
    }
  }

  @Test
  void aThresholdNarrowsOnlyTheSideBeyondIt() {
    Range range = new Range(-0.5f, 60);
    CalibrationMethod entropy =
        CalibrationMethod.of(CalibrationMethod.Kind.ENTROPY, Optional.empty());
    Range kept = entropy.clip(range, of(withOutlier()));
    assertEquals(-0.5f, kept.min());
    assertEquals(60f * 325 / Histogram.BINS, kept.max());
    assertEquals(range, CalibrationMethod.MINMAX.clip(range, of(withOutlier())));
  }

  @Test
  void methodsRejectPercentilesThatTheyCannotUse() {
    for (double invalid : new double[] {0, -1, 100.5, Double.NaN}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> CalibrationMethod.of(CalibrationMethod.Kind.PERCENTILE, Optional.of(invalid)));
      assertTrue(e.getMessage().contains("above 0 and at most 100"), e.getMessage());
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> CalibrationMethod.of(CalibrationMethod.Kind.ENTROPY, Optional.of(99.9)));
    assertTrue(e.getMessage().contains("entropy has no percentile"), e.getMessage());
  }
}
