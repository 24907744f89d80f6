package dev.dovetail.models.parity;

import java.util.Map;

/** Runners of the fixtures that the backbone parts give. */
final class BackboneRunners {

  private BackboneRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of();
  }
}
