package dev.dovetail.models.parity;

import java.util.Map;

/** Runners of the fixtures that the data parts give. */
final class DataRunners {

  private DataRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of();
  }
}
