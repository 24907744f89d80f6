package dev.dovetail.models.parity;

import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Computes what a kind of fixture records. */
interface FixtureRunner extends FixtureTest {

  /**
   * The outputs of a case under the fixture's names, once for every way in which they can be
   * computed (fused or plain operators, optimized or not).
   *
   * @param index of the case, -1 if the fixture has only one
   */
  List<Map<String, TensorData>> run(Fixture fixture, int index) throws IOException;

  @Override
  default int compare(Fixture fixture) throws IOException {
    int compared = 0;
    for (int index : fixture.cases()) {
      Map<String, TensorData> expected = fixture.expected(index);
      for (Map<String, TensorData> actual : run(fixture, index)) {
        expected.forEach(
            (name, value) ->
                Comparison.assertMatches(
                    (index < 0 ? "" : "case " + index + ": ") + name,
                    value,
                    actual.get(name),
                    fixture.tolerance(index, name)));
      }
      compared += expected.size();
    }
    return compared;
  }
}
