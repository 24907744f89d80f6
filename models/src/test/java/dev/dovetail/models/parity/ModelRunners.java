package dev.dovetail.models.parity;

import java.util.Map;

/** Runners of the fixtures that the model parts give. */
final class ModelRunners {

  private ModelRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of();
  }
}
