package dev.dovetail.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageNamesTest {

  private final ImageNames names = new ImageNames(List.of("1.jpg", "a/1.jpg", "b c/2.jpg"), "gt");

  @Test
  void aPathMatchesTheLongestNameInWhichItEnds() {
    assertEquals(1, names.find("hdfs://host:8020/data/a/1.jpg"));
    assertEquals(0, names.find("file:/data/c/1.jpg"));
    assertEquals(2, names.find("s3a://bucket/b c/2.jpg"));
    assertEquals(0, names.find("1.jpg"));
  }

  @Test
  void partOfANameDoesNotMatch() {
    assertEquals(-1, names.find("file:/data/11.jpg"));
    assertEquals(-1, names.find("file:/data/2.jpg"));
    assertEquals(-1, names.find(""));
  }

  @Test
  void twoImagesWithTheSameNameAreRejected() {
    assertEquals(
        "gt contains two images named 'x', so that paths are ambiguous",
        assertThrows(IllegalArgumentException.class, () -> new ImageNames(List.of("x", "x"), "gt"))
            .getMessage());
  }

  @Test
  void onlyTheFileNameLosesItsExtension() {
    assertEquals("a.b/c", ImageNames.withoutEnding("a.b/c.png"));
    assertEquals("a.b/c", ImageNames.withoutEnding("a.b/c"));
    assertEquals("a/.hidden", ImageNames.withoutEnding("a/.hidden"));
  }
}
