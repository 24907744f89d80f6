package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataFolderTest {

  @TempDir Path folder;

  private void make(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private List<String> files(int depth) throws IOException {
    return DataFolder.files(folder, depth).stream()
        .map(f -> folder.relativize(f).toString())
        .toList();
  }

  @Test
  void subfoldersAreListedUpToTheRequestedDepth() throws IOException {
    make("b.png", "a/c.png", "a/b/c.png");
    assertEquals(List.of("b.png"), files(1));
    assertEquals(List.of("a/c.png", "b.png"), files(2));
    assertEquals(List.of("a/b/c.png", "a/c.png", "b.png"), files(Integer.MAX_VALUE));
  }

  @Test
  void hiddenFilesAndMacOsMetadataAreNotData() throws IOException {
    make("a.png", "._a.png", ".a.png", "__MACOSX/a.png", ".cache/a.png", "b/._c.png", "b/c.png");
    assertEquals(List.of("a.png", "b/c.png"), files(Integer.MAX_VALUE));
    Path hidden = folder.resolve(".cache");
    assertEquals(List.of(hidden.resolve("a.png")), DataFolder.files(hidden));
  }

  @Test
  void linksToFilesAndFoldersAreFollowedAndCyclesEnd() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path set = Files.createDirectory(folder.resolve("set"));
    Files.createFile(elsewhere.resolve("a.png"));
    Files.createSymbolicLink(set.resolve("folder"), elsewhere);
    Files.createSymbolicLink(set.resolve("b.png"), elsewhere.resolve("a.png"));
    Files.createSymbolicLink(set.resolve("gone.png"), elsewhere.resolve("gone.png"));
    Files.createSymbolicLink(elsewhere.resolve("circle"), set);
    Files.createSymbolicLink(set.resolve("self"), Path.of("self"));
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), set);
    for (Path root : List.of(set, linked)) {
      assertEquals(
          List.of("b.png", "folder/a.png", "gone.png", "self"),
          DataFolder.files(root).stream().map(f -> root.relativize(f).toString()).toList());
    }
  }

  @Test
  void extensionsIgnoreCase() {
    Set<String> endings = Set.of("jpg", "png");
    for (String name : List.of("a.jpg", "a.JPG", "b.c.Png")) {
      assertTrue(DataFolder.hasEnding(Path.of("x.gif", name), endings), name);
    }
    for (String name : List.of("jpg", "a.jpgs", "a.jpg.txt", "a")) {
      assertFalse(DataFolder.hasEnding(Path.of("x.jpg", name), endings), name);
    }
  }

  @Test
  void theStemIsThePathWithoutTheExtension() {
    Path root = Path.of("a.b");
    assertEquals("c/d.e", DataFolder.stem(root, root.resolve("c/d.e.png")));
    assertEquals("c.d/e", DataFolder.stem(root, root.resolve("c.d/e")));
    assertEquals("c/.e", DataFolder.stem(root, root.resolve("c/.e")));
  }
}
