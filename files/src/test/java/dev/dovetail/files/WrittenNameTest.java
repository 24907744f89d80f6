package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenNameTest {

  @TempDir Path folder;

  private Optional<String> find(String text) {
    return new WrittenName(text).find(folder).map(f -> folder.relativize(f).toString());
  }

  @Test
  void namesFromWindowsUrlsAndMacOsFindTheirFile() throws IOException {
    Files.createDirectory(folder.resolve("val set"));
    Files.createFile(folder.resolve("val set/a.jpg"));
    Files.createFile(folder.resolve("val set/ä+b.jpg"));
    for (String text : new String[] {"val set/a.jpg", "val set\\a.jpg", "val%20set/a.jpg"}) {
      assertEquals(Optional.of("val set/a.jpg"), find(text), text);
    }
    assertEquals(Optional.of("val set/a.jpg"), find("val%20set\\a.jpg"));
    assertEquals(Optional.of("val set/a.jpg"), find("val%20set%5Ca.jpg".replace("%5C", "%2f")));
    assertEquals(Optional.of("val set/ä+b.jpg"), find("val%20set/%C3%a4+b.jpg"));
    String apart = Normalizer.normalize("val set/ä+b.jpg", Normalizer.Form.NFD);
    assertEquals(Optional.of("val set/ä+b.jpg"), find(apart));
    assertEquals(Optional.empty(), find("val set/b.jpg"));
    assertEquals(Optional.empty(), find("val%2xset/a.jpg"));
    assertEquals(Optional.empty(), find("%FF%FE"));
  }

  @Test
  void theUnchangedNameComesFirst() throws IOException {
    for (String name : new String[] {"a%20b.jpg", "a b.jpg", "c\\d.jpg"}) {
      Files.createFile(folder.resolve(name));
    }
    Files.createDirectory(folder.resolve("c"));
    Files.createFile(folder.resolve("c/d.jpg"));
    assertEquals(Optional.of("a%20b.jpg"), find("a%20b.jpg"));
    assertEquals(Optional.of("c\\d.jpg"), find("c\\d.jpg"));
  }

  @Test
  void unusualNamesGetAHint() {
    assertTrue(new WrittenName("a\\b.jpg").hint().contains("backslash"));
    assertTrue(new WrittenName("a%20b.jpg").hint().contains("percent-encoded"));
    for (String text : new String[] {"a/b.jpg", "100%.jpg", "a%2"}) {
      assertEquals("", new WrittenName(text).hint(), text);
    }
  }
}
