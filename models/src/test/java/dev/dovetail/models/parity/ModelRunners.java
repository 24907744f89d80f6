package dev.dovetail.models.parity;

import java.util.Map;

/** Fixtures of whole models, from 8-bit pixels to results. */
final class ModelRunners {

  private ModelRunners() {}

  static Map<String, FixtureTest> all() {
    return Map.of();
  }
}
