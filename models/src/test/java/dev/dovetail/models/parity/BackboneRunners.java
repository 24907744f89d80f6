package dev.dovetail.models.parity;

import java.util.Map;

/** Fixtures of backbones, adapters and their modules. */
final class BackboneRunners {

  private BackboneRunners() {}

  static Map<String, FixtureTest> all() {
    return Map.of();
  }
}
