package dev.dovetail.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class FixtureFoldersTest {

  private static final String SHARED = "dovetail.shared";
  private static final String REQUIRED = "dovetail.shared.required";

  @TempDir private Path root;

  private final String shared = System.getProperty(SHARED, "");
  private final String required = System.getProperty(REQUIRED, "");
  private final List<Path> tested = new ArrayList<>();

  @BeforeEach
  void lookIntoTheTestsFolder() {
    System.setProperty(SHARED, root.toString());
    System.setProperty(REQUIRED, "false");
  }

  @AfterEach
  void lookWhereItWas() {
    System.setProperty(SHARED, shared);
    System.setProperty(REQUIRED, required);
  }

  private Path folder(String name, String type) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    if (!type.isEmpty()) {
      Files.writeString(folder.resolve("config.json"), "{\"type\" : \"" + type + "\"}");
    }
    return folder;
  }

  /** Returns the messages of skipped tests, by name. */
  private List<String> skipped(Stream<DynamicTest> tests) throws Throwable {
    List<String> messages = new ArrayList<>();
    for (DynamicTest test : tests.toList()) {
      try {
        test.getExecutable().execute();
      } catch (TestAbortedException e) {
        messages.add(test.getDisplayName() + ": " + e.getMessage());
      }
    }
    return messages;
  }

  @Test
  void everyFolderIsATestAndIncompleteFoldersAreSkipped() throws Throwable {
    Path b = folder("part/b", "op");
    Path a = folder("part/ä ö", "module");
    Path empty = folder("part/empty", "");
    Files.writeString(root.resolve("part/README.md"), "");
    List<String> skipped = skipped(FixtureFolders.in("part", "config.json").each(tested::add));
    assertEquals(List.of(b, a), tested);
    assertEquals(List.of("empty: " + empty + " has no config.json"), skipped);
  }

  @Test
  void aMissingPartIsOneSkippedTestWithTheSearchedLocations() throws Throwable {
    List<String> skipped = skipped(FixtureFolders.in("part", "config.json").each(tested::add));
    assertEquals(List.of("part: no part in " + root), skipped);
  }

  @Test
  void aMissingKindIsOneSkippedTestThatNamesIt() throws Throwable {
    Path op = folder("part/deep/op", "op");
    FixtureFolders all = FixtureFolders.below("part", "config.json");
    assertEquals(List.of(op), all.ofType("op").found());
    assertEquals(
        List.of("part: no mask_rcnn fixture in " + root.resolve("part")),
        skipped(all.ofType("mask_rcnn").each(tested::add)));
  }

  @Test
  void missingFixturesFailIfTheyAreRequired() {
    System.setProperty(REQUIRED, "true");
    Stream<DynamicTest> tests = FixtureFolders.in("part", "config.json").each(tested::add);
    AssertionFailedError e =
        assertThrows(
            AssertionFailedError.class,
            () -> tests.findFirst().orElseThrow().getExecutable().execute());
    assertTrue(e.getMessage().startsWith("no part in " + root), e.getMessage());
  }

  @Test
  void withoutASpecifiedFolderTheCommittedFixturesAreFound() {
    System.setProperty(SHARED, "");
    assertTrue(SharedFolder.find("fixtures/comer").isPresent());
    assertEquals(2, SharedFolder.roots().size());
  }
}
