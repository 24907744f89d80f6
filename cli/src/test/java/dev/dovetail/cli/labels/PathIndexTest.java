package dev.dovetail.cli.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.LabelledImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathIndexTest {

  private static PathIndex<String> index(String... paths) {
    PathIndex<String> index = new PathIndex<>();
    for (String path : paths) {
      index.add(path, path);
    }
    return index;
  }

  @Test
  void pathsMayHaveDifferentLeadingFolders() {
    PathIndex<String> index = index("train/a", "b", "val set/c");
    for (String path : List.of("train/a", "./train/a", "/data/images/train/a", "a", "train\\a")) {
      assertEquals(List.of("train/a"), index.find(path), path);
    }
    assertEquals(List.of("b"), index.find("images/b"));
    assertEquals(List.of("val set/c"), index.find("images/val%20set/c"));
    assertEquals(List.of(), index.find("val/a"));
    assertEquals(List.of(), index.find("train"));
  }

  @Test
  void theLongestCommonPathWinsAndAmbiguousNamesDoNotMatch() {
    PathIndex<String> index = index("a", "x/a", "y/b", "z/b");
    assertEquals(List.of("a"), index.find("a"));
    assertEquals(List.of("a"), index.find("elsewhere/a"));
    assertEquals(List.of("x/a"), index.find("images/x/a"));
    assertEquals(List.of("y/b", "z/b"), index.find("b"));
  }

  @Test
  void aStemHasNoExtensionAndKeepsOtherDots() {
    assertEquals("a.b/c.d", LabelledImage.stem("a.b/c.d.jpg"));
    assertEquals("a.b\\c", LabelledImage.stem("a.b\\c"));
    assertEquals(".c", LabelledImage.stem(".c"));
  }
}
