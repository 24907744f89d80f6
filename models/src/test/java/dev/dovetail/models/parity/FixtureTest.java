package dev.dovetail.models.parity;

import java.io.IOException;

/** Checks a fixture and says how many of its tensors agree. */
interface FixtureTest {

  /**
   * @throws AssertionError if something differs
   */
  int compare(Fixture fixture) throws IOException;
}
