package dev.dovetail.models.parity;

import java.util.Map;

/** Fixtures of heads and their operations. */
final class HeadRunners {

  private HeadRunners() {}

  static Map<String, FixtureTest> all() {
    return Map.of();
  }
}
