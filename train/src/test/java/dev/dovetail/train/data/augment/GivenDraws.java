package dev.dovetail.train.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;

/** Draws the numbers that a test specifies and verifies the requested ranges. */
public final class GivenDraws implements Draws {

  private record Given(double low, double high, double value) {}

  private final Queue<Given> given = new ArrayDeque<>();

  /** Adds an integer that is requested from {@code low} to {@code high - 1}. */
  public GivenDraws integer(int low, int high, int value) {
    given.add(new Given(low, high, value));
    return this;
  }

  /** Adds a number that is requested from {@code low} to {@code high}. */
  public GivenDraws uniform(double low, double high, double value) {
    given.add(new Given(low, high, value));
    return this;
  }

  /** Adds the result of a random decision. */
  public GivenDraws chance(double probability, boolean happens) {
    given.add(new Given(0, probability, happens ? 1 : 0));
    return this;
  }

  private double take(double low, double high) {
    assertTrue(!given.isEmpty(), "an unexpected number was drawn, from " + low + " to " + high);
    Given next = given.remove();
    assertEquals(next.low(), low, "the lower bound of a drawn number");
    assertEquals(next.high(), high, "the upper bound of a drawn number");
    return next.value();
  }

  @Override
  public int integer(int low, int high) {
    return (int) take(low, high);
  }

  @Override
  public double uniform(double low, double high) {
    return take(low, high);
  }

  @Override
  public boolean chance(double probability) {
    return take(0, probability) > 0;
  }

  /** Throws if a number was not drawn. */
  public void assertAllDrawn() {
    assertTrue(given.isEmpty(), () -> given.size() + " numbers were not drawn");
  }
}
