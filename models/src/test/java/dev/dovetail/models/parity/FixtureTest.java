package dev.dovetail.models.parity;

import java.io.IOException;

/** Checks a fixture and returns the number of tensors that agree. */
interface FixtureTest {

  /**
   * @throws AssertionError if a value differs
   */
  int compare(Fixture fixture) throws IOException;
}
