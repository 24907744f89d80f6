package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.TensorData;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every folder of the ViT-CoMer fixtures is a test: what the reference implementation gave, ours
 * gives. Which runner computes it is decided by what its config says it is, never by its name.
 */
class ComerFixturesTest {

  private static final AtomicInteger DIRECTORIES = new AtomicInteger();
  private static final AtomicInteger TENSORS = new AtomicInteger();

  private final Map<String, FixtureRunner> runners = new HashMap<>();

  ComerFixturesTest() {
    runners.putAll(DataRunners.all());
    runners.putAll(BackboneRunners.all());
    runners.putAll(HeadRunners.all());
    runners.putAll(ModelRunners.all());
  }

  @TestFactory
  Stream<DynamicTest> everyFixtureGivesTheReferencesNumbers() {
    return SharedFolder.eachDirectory("fixtures/comer", this::compare);
  }

  private void compare(Path folder) throws IOException {
    Fixture fixture = Fixture.read(folder);
    FixtureRunner runner = runners.get(fixture.part());
    assertTrue(runner != null, "nothing computes fixtures of the kind " + fixture.part());
    int compared = 0;
    for (int index : fixture.cases()) {
      Map<String, TensorData> expected = fixture.expected(index);
      for (Map<String, TensorData> actual : runner.run(fixture, index)) {
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
    assertTrue(compared > 0, "the fixture records no outputs");
    DIRECTORIES.incrementAndGet();
    TENSORS.addAndGet(compared);
  }

  @AfterAll
  static void sayHowMuchWasCompared() {
    System.out.println(
        "ViT-CoMer fixtures: " + DIRECTORIES + " directories and " + TENSORS
            + " output tensors agree with the reference");
  }
}
