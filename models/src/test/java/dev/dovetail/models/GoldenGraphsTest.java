package dev.dovetail.models;

import static org.junit.jupiter.api.Assertions.fail;

import dev.dovetail.formats.Size;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The whole graphs of small models equal the recorded ones beside their configs, node by node. The
 * system property {@code dovetail.golden.renew} records an intended change, which is then visible
 * in version control.
 */
class GoldenGraphsTest {

  private static final String FOLDER = "models/src/test/resources/dev/dovetail/models/golden";
  private static final String RENEW =
      "./mvnw -Dfast -pl models -am test -Dtest=GoldenGraphsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Ddovetail.golden.renew";

  private static final Size INPUT = new Size(64, 96);

  @TestFactory
  Stream<DynamicTest> everyGraphIsTheOneBesideItsConfig() throws IOException {
    try (Stream<Path> files = Files.list(SharedFolder.projectRoot().resolve(FOLDER))) {
      List<Path> configs = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      return configs.stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> compare(f)));
    }
  }

  private static void compare(Path config) throws IOException {
    ModelConfig read = ModelConfig.read(config, List.of(), PartRegistry.load());
    String graph = ModelGraph.whole(read.model(), 1, INPUT).describe();
    Path golden =
        config.resolveSibling(config.getFileName().toString().replace(".json", ".graph.txt"));
    if (System.getProperty("dovetail.golden.renew") != null) {
      Files.writeString(golden, graph);
    } else if (!Files.exists(golden)) {
      fail("no " + golden + "; write it with\n  " + RENEW);
    } else if (!graph.equals(Files.readString(golden).replace("\r\n", "\n"))) {
      fail(difference(golden, Files.readAllLines(golden), graph.lines().toList()));
    }
  }

  private static String difference(Path golden, List<String> expected, List<String> actual) {
    int i = 0;
    while (i < Math.min(expected.size(), actual.size()) && expected.get(i).equals(actual.get(i))) {
      i++;
    }
    return ("the graph differs from " + golden + " from line " + (i + 1) + " on")
        + ("\n  expected (" + expected.size() + " lines): " + line(expected, i))
        + ("\n  but was  (" + actual.size() + " lines): " + line(actual, i))
        + ("\nIf the change is meant, take it over and commit what it changes:\n  " + RENEW);
  }

  private static String line(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "nothing more";
  }
}
