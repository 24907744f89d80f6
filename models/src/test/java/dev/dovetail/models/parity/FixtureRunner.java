package dev.dovetail.models.parity;

import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Computes what a kind of fixture records. */
interface FixtureRunner {

  /**
   * The outputs of a case under the fixture's names, once for every way in which they can be
   * computed (fused or plain operators, optimised or not).
   *
   * @param index of the case, -1 if the fixture has only one
   */
  List<Map<String, TensorData>> run(Fixture fixture, int index) throws IOException;
}
