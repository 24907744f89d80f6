package dev.dovetail.formats.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelTableFileTest {

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void textAndJsonAreEquivalent() throws IOException {
    Map<Integer, Integer> expected = Map.of(7, 0, 8, 1, 40000, 2);
    assertEquals(
        expected,
        LabelTableFile.read(
            file("table.txt", "# value class\n7 0\n8,1  # sidewalk\n\n 40000\t2\n9 -1\n")));
    assertEquals(
        expected,
        LabelTableFile.read(file("table.json", "{\"7\": 0, \"8\": 1, \"40000\": 2, \"9\": -1}")));
  }

  @Test
  void errorsAreNamedWithFileAndLine() throws IOException {
    refused("a.txt", "7 0\n8\n", "a.txt:2: expected a value and its class, found \"8\"");
    refused("b.txt", "7 0\nroad 1\n", "b.txt:2: expected a value and its class, two integers");
    refused("c.txt", "7 0\n7 1\n", "c.txt:2: the value 7 occurs twice");
    refused("d.txt", "70000 0\n", "d.txt:1: maps 70000 to 0");
    refused("e.txt", "# nothing\n", "maps no value");
    refused("f.txt", "7 0 1\n", "f.txt:1: ");
    refused("g.json", "{\"7\": 0,\n\"8\": \"x\"}", "g.json:2: 8: expected a value and its class");
    refused("h.json", "{\"7\": {}}", "h.json: 7: ");
    refused("i.json", "[]", "expected an object");
    refused("j.json", "{\"7\": 0", "ends early");
    assertThrows(IOException.class, () -> LabelTableFile.read(folder.resolve("none.txt")));
  }

  private void refused(String name, String text, String message) throws IOException {
    Path file = file(name, text);
    IOException e = assertThrows(IOException.class, () -> LabelTableFile.read(file), name);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
