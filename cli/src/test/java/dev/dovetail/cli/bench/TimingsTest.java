package dev.dovetail.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Percentiles and ratios of known times. */
class TimingsTest {

  @Test
  void percentilesUseNearestRanks() {
    double[] values = IntStream.rangeClosed(1, 20).mapToDouble(i -> 21 - i).toArray();
    Timings timings = new Timings(values);
    assertEquals(10, timings.percentile(50));
    assertEquals(19, timings.percentile(95));
    assertEquals(20, timings.percentile(99));
    assertEquals(20, timings.percentile(100));
    assertEquals(10.5, timings.mean());
  }

  @Test
  void oneRunIsEveryPercentile() {
    Timings timings = new Timings(new double[] {7});
    assertEquals(7, timings.percentile(50));
    assertEquals(7, timings.percentile(99));
    assertEquals(7, timings.mean());
  }

  @Test
  void ratiosAreComputedPerRound() {
    // The machine became slower; one model took twice as long as the other in every round.
    Timings slow = new Timings(new double[] {2, 20, 200});
    Timings fast = new Timings(new double[] {1, 10, 100, 1000});
    assertEquals(2, slow.ratio(fast));
    assertEquals(0.5, fast.ratio(slow));
    assertEquals(1, slow.ratio(slow));
  }

  @Test
  void withoutRunsThereAreNoFigures() {
    Timings none = new Timings(new double[0]);
    assertTrue(Double.isNaN(none.percentile(50)));
    assertTrue(Double.isNaN(none.mean()));
    assertTrue(Double.isNaN(none.ratio(new Timings(new double[] {1}))));
  }
}
