package dev.dovetail.eval.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  /** The mean of a metric over images, and a second metric that only the first image has. */
  private record Means(double[] perImage) implements Resamplable {
    @Override
    public int images() {
      return perImage.length;
    }

    @Override
    public List<String> names() {
      return List.of("mean");
    }

    @Override
    public List<String> classes() {
      return List.of("all", "of the first");
    }

    @Override
    public String classMetric() {
      return "mean";
    }

    @Override
    public double[] values(int[] times) {
      double sum = 0;
      for (int i = 0; i < perImage.length; i++) {
        sum += times[i] * perImage[i];
      }
      double mean = sum / Arrays.stream(times).sum();
      return new double[] {mean, mean, times[0] == 0 ? Double.NaN : perImage[0]};
    }
  }

  private static Means random(Random random, int images, double mean) {
    return new Means(random.doubles(images).map(u -> mean + u - 0.5).toArray());
  }

  @Test
  void aResultDiffersFromItselfByExactlyZero() {
    Means means = random(new Random(1), 50, 0.3);
    Comparison comparison = new Bootstrap(200, 7, 0.95).compare(means, means);
    for (Difference d : comparison.numbers()) {
      assertEquals(List.of(0.0, 0.0, 0.0), List.of(d.difference(), d.low(), d.high()));
      assertFalse(d.isMoved());
    }
    assertTrue(comparison.moved().isEmpty());
  }

  @Test
  void theSameSeedReproducesTheIntervalsAndAnotherSeedDoesNot() {
    Means one = random(new Random(1), 50, 0.3);
    Means other = random(new Random(2), 50, 0.3);
    Comparison comparison = new Bootstrap(200, 7, 0.95).compare(one, other);
    assertEquals(comparison, new Bootstrap(200, 7, 0.95).compare(one, other));
    assertFalse(
        comparison.numbers().equals(new Bootstrap(200, 8, 0.95).compare(one, other).numbers()));
  }

  @Test
  void theIntervalIsThatOfTheMeanWithinSamplingError() {
    for (long seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      Means one = random(random, 400, 0.5);
      Means other = random(random, 400, 0.4);
      double[] d =
          IntStream.range(0, 400).mapToDouble(i -> one.perImage[i] - other.perImage[i]).toArray();
      double mean = Arrays.stream(d).average().orElseThrow();
      double deviation =
          Math.sqrt(Arrays.stream(d).map(x -> (x - mean) * (x - mean)).sum() / 400 / 400);
      Difference found = new Bootstrap(4000, seed, 0.95).compare(one, other).numbers().get(0);
      assertEquals(mean, found.difference(), 1e-12);
      assertEquals(mean - 1.96 * deviation, found.low(), 0.1 * deviation, "seed " + seed);
      assertEquals(mean + 1.96 * deviation, found.high(), 0.1 * deviation, "seed " + seed);
    }
  }

  @Test
  void ninetyFivePercentOfTheIntervalsContainTheTruth() {
    Random random = new Random(11);
    int held = 0;
    int sets = 200;
    for (int set = 0; set < sets; set++) {
      Difference d =
          new Bootstrap(200, set, 0.95)
              .compare(random(random, 80, 0.45), random(random, 80, 0.4))
              .numbers()
              .get(0);
      held += d.low() <= 0.05 && 0.05 <= d.high() ? 1 : 0;
    }
    // 95 % of 200 is 190, with a standard deviation of 3.1. With few images and samples it is
    // slightly less.
    assertTrue(held >= 177 && held <= 198, held + " of " + sets);
  }

  @Test
  void samplesWithoutAValueAreIgnored() {
    Means one = random(new Random(1), 30, 0.9);
    Means other = random(new Random(2), 30, 0.2);
    Comparison comparison = new Bootstrap(500, 3, 0.95).compare(one, other);
    Difference first = comparison.classes().get(1);
    assertEquals(one.perImage[0] - other.perImage[0], first.low(), 0);
    assertEquals(first.low(), first.high(), 0);
    assertEquals(2, comparison.moved().size());
    assertTrue(
        Math.abs(comparison.moved().get(0).difference())
            >= Math.abs(comparison.moved().get(1).difference()));
  }

  @Test
  void incomparableResultsAreRejected() {
    Means one = random(new Random(1), 30, 0);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Bootstrap(10, 0, 0.95).compare(one, random(new Random(1), 31, 0)));
    assertTrue(e.getMessage().contains("images"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Bootstrap(0, 0, 0.95));
    assertThrows(IllegalArgumentException.class, () -> new Bootstrap(10, 0, 1));
  }

  @Test
  void theReportNamesTheChangedClasses() {
    Comparison comparison =
        new Bootstrap(500, 3, 0.95)
            .compare(random(new Random(1), 30, 0.9), random(new Random(2), 30, 0.2));
    List<String> lines = ComparisonReport.text(comparison);
    assertTrue(lines.get(0).contains("95 % intervals of 500 resamples of 30 images"), lines.get(0));
    assertTrue(
        lines.stream().anyMatch(l -> l.startsWith("2 of 2 classes changed")), lines.toString());
    assertTrue(lines.stream().allMatch(l -> l.length() <= 100), lines.toString());
  }
}
