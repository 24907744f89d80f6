package dev.dovetail.models.parity;

import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Computes the outputs of a kind of fixture. */
interface FixtureRunner extends FixtureTest {

  /**
   * Returns the outputs of a case with the fixture's names, once for every way to compute them
   * (fused or standard operators, optimized or not).
   *
   * @param index index of the case, -1 if the fixture has only one
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
