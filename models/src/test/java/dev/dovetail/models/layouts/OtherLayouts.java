package dev.dovetail.models.layouts;

import dev.dovetail.models.layouts.LayoutRoundTrip.Writer;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A base of tests of layouts, which read back fixtures in these layouts. */
abstract class OtherLayouts {

  @TempDir Path folder;

  /** Returns the directories of the fixtures. */
  List<String> folders() {
    return List.of("fixtures/zoo/timm", "fixtures/zoo/hf");
  }

  /** Returns the writers of the publishers' layouts. */
  abstract List<Writer> writers();

  @TestFactory
  Stream<DynamicTest> fixturesInOtherLayoutsAreReadBack() {
    AtomicInteger count = new AtomicInteger();
    return Stream.concat(
        LayoutRoundTrip.eachFixture(folders(), fixture -> count.addAndGet(readBack(fixture))),
        Stream.of(DynamicTest.dynamicTest("any of them", () -> requireSome(count.get()))));
  }

  /**
   * Writes a fixture in each suitable layout and reads it back.
   *
   * @return the number of suitable layouts
   */
  int readBack(Path fixture) throws IOException {
    return new LayoutRoundTrip(folder, writers()).readBack(fixture);
  }

  private void requireSome(int count) {
    if (count == 0) {
      String families =
          writers().stream()
              .map(Writer::family)
              .collect(Collectors.toCollection(TreeSet::new))
              .stream()
              .collect(Collectors.joining(" or "));
      SharedFolder.skip(SharedFolder.missing("fixtures/zoo", "fixture of " + families));
    }
  }
}
