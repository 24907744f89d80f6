package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares a graph's parameters with the lists of keys of published checkpoints. */
final class PublishedKeys {

  private PublishedKeys() {}

  /**
   * Asserts that the parameters of {@code graph} and their shapes are those of the keys in the list
   * that start with one of the prefixes, except for keys that the graph declares unused.
   */
  static void assertExact(Graph graph, String list, String... prefixes) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    List<String> unused = new ArrayList<>();
    for (String line : Files.readAllLines(SharedFolder.require("spec/keys/" + list))) {
      String[] columns = line.split("\t", -1);
      String key = columns[0];
      if (Arrays.stream(prefixes).noneMatch(key::startsWith)) {
        continue;
      }
      if (graph.ignoredKeys().stream().anyMatch(u -> u.matches(key))) {
        unused.add(key);
      } else {
        expected.put(key, columns[1]);
      }
    }
    Map<String, String> declared = new TreeMap<>();
    graph
        .parameters()
        .forEach(
            p ->
                declared.put(
                    p.name(),
                    Arrays.stream(p.shape().dims())
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("x"))));
    unused.forEach(declared::remove);
    assertEquals(expected, declared);
  }

  /** Returns the number of learned values of a whole graph. */
  static long count(Graph graph) {
    return Cost.perScope(graph).get("").parameters();
  }
}
