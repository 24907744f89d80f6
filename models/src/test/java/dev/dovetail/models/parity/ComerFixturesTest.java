package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Runs every directory of the ViT-CoMer fixtures and compares the results with the reference
 * implementation. The config of a directory, not its name, determines the code that runs.
 */
@Execution(ExecutionMode.CONCURRENT)
public class ComerFixturesTest {

  private static final AtomicInteger DIRECTORIES = new AtomicInteger();
  private static final AtomicInteger TENSORS = new AtomicInteger();

  private final Map<String, FixtureTest> tests = new HashMap<>();

  public ComerFixturesTest() {
    tests.putAll(DataRunners.all());
    tests.putAll(BackboneRunners.all());
    tests.putAll(HeadRunners.all());
    tests.putAll(ModelRunners.all());
  }

  @TestFactory
  public Stream<DynamicTest> everyFixtureGivesTheReferencesNumbers() {
    FixtureFolders fixtures = FixtureFolders.in("fixtures/comer", "config.json");
    return Stream.concat(fixtures.each(this::compare), Kinds.missing(fixtures, tests.keySet()));
  }

  private void compare(Path folder) throws IOException {
    Fixture fixture = Fixture.read(folder);
    int compared = Kinds.require(tests, fixture).compare(fixture);
    assertTrue(compared > 0, "the fixture records no outputs");
    DIRECTORIES.incrementAndGet();
    TENSORS.addAndGet(compared);
  }

  @AfterAll
  public static void sayHowMuchWasCompared() {
    System.out.println(
        "ViT-CoMer fixtures: "
            + DIRECTORIES
            + " directories and "
            + TENSORS
            + " output tensors agree with the reference");
  }
}
