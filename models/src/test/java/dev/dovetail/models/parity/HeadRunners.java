package dev.dovetail.models.parity;

import java.util.Map;

/** Runners of the fixtures that the head parts give. */
final class HeadRunners {

  private HeadRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of();
  }
}
