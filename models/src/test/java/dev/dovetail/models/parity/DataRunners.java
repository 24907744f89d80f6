package dev.dovetail.models.parity;

import java.util.Map;

/** Fixtures of checkpoints, images and masks. */
final class DataRunners {

  private DataRunners() {}

  static Map<String, FixtureTest> all() {
    return Map.of();
  }
}
