package dev.dovetail.models.parity;

import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The supported kinds of fixtures, compared with those in a collection. */
final class Kinds {

  private Kinds() {}

  /** Returns the runner of a fixture; skips the current test if there is none. */
  static FixtureTest require(Map<String, FixtureTest> tests, Fixture fixture) {
    FixtureTest test = tests.getOrDefault(fixture.part(), tests.get(fixture.type()));
    if (test == null) {
      SharedFolder.skip(
          "no runner supports fixtures of the kind '" + fixture.part() + "': " + fixture.folder());
    }
    return test;
  }

  /**
   * Returns a skipped test for each kind that is missing in a collection, so that this is visible.
   */
  static Stream<DynamicTest> missing(FixtureFolders fixtures, Collection<String> kinds) {
    if (fixtures.found().isEmpty()) {
      return Stream.of();
    }
    Set<String> present =
        fixtures.where("fixture", folder -> true).found().stream()
            .flatMap(Kinds::of)
            .collect(Collectors.toSet());
    return new TreeSet<>(kinds)
        .stream()
            .filter(kind -> !present.contains(kind))
            .map(
                kind ->
                    DynamicTest.dynamicTest(
                        kind,
                        () ->
                            SharedFolder.skip(
                                SharedFolder.missing(
                                    fixtures.part(), "fixture of the kind " + kind))));
  }

  /** Returns the kind of a directory; an unreadable description fails the directory's own test. */
  private static Stream<String> of(Path folder) {
    try {
      Fixture fixture = Fixture.read(folder);
      return Stream.of(fixture.part(), fixture.type());
    } catch (IOException e) {
      return Stream.of();
    }
  }
}
