package dev.dovetail.formats.yolo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassNamesTest {

  private static final List<String> NAMES = List.of("cat", "traffic light");

  @TempDir Path folder;

  private List<String> read(String name, String text) throws IOException {
    return ClassNames.read(Files.writeString(folder.resolve(name), text));
  }

  private void assertRefused(String name, String text, String... words) {
    FormatException e =
        assertThrows(FormatException.class, () -> read(name, text), name + ": " + text);
    assertTrue(e.getMessage().contains(folder.resolve(name).toString()), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  @Test
  void namesAreLinesOrThoseOfADataYamlInAnyNotation() throws IOException {
    assertEquals(NAMES, read("a.txt", "cat\n traffic light \r\n\n\n"));
    assertEquals(NAMES, read("a.yaml", "path: ../x\nnc: 2\nnames: [cat, 'traffic light'] # two\n"));
    assertEquals(NAMES, read("a.YML", "names:\n- cat\n- traffic light\nnc: 2\n"));
    assertEquals(NAMES, read("a.yaml", "names:\n  1: traffic light\n  '0': cat\n"));
    assertEquals(NAMES, read("a.yaml", "names: {0: \"cat\", 1: traffic light}\n"));
    assertEquals(NAMES, read("a.yaml", "{\"names\": [\"cat\", \"traffic light\"]}"));
    assertEquals(NAMES, read("a.txt", "train: images\nnames:\n  - cat\n  - traffic light\n"));
    assertEquals(NAMES, read("a.yaml", "# sets\n---\nx: &a [cat, traffic light]\nnames: *a\n"));
  }

  @Test
  void aNameIsReadLiterally() throws IOException {
    assertEquals(
        List.of("no", "007", "1.50", "2024-01-01", "Ampel grün"),
        read("a.yaml", "names: [no, 007, 1.50, 2024-01-01, Ampel grün]"));
    assertEquals(List.of("train", "name", "c++"), read("a.txt", "train\nname\nc++\n"));
  }

  @Test
  void anInconsistentDataYamlIsRejectedWithItsLine() {
    assertRefused("a.yaml", "nc: 3\nnames: [cat, dog]", "a.yaml:1", "\"nc\" is \"3\"", "2 names");
    assertRefused("a.yaml", "names: [cat, dog]\nnc: many", "a.yaml:2", "many");
    assertRefused("a.yaml", "names:\n  0: cat\n  2: dog", "class 1 has no name");
    assertRefused("a.yaml", "names:\n  0: cat\n  0: dog", "a.yaml:3", "class 0 occurs twice");
    assertRefused("a.yaml", "names:\n  cat: 0", "a.yaml:2", "\"cat\"");
    assertRefused("a.yaml", "names: [cat, ]\nnames: [dog]", "a.yaml:2", "occurs twice");
    assertRefused("a.yaml", "names: [cat, [dog]]", "class 1", "a list");
    assertRefused("a.yaml", "names: [cat, null]", "class 1");
    assertRefused("a.yaml", "names: {0: cat, 1: }", "class 1", "nothing");
    assertRefused("a.yaml", "names: coco.names", "coco.names", "expected a list");
    assertRefused("a.yaml", "names: []", "is empty");
    assertRefused("a.yaml", "names:", "is nothing");
    assertRefused("a.yaml", "train: images", "missing \"names\"");
    assertRefused("a.yaml", "cat\ndog\n", "expected the keys");
    assertRefused("a.yaml", "- cat\n- dog\n", "a list");
    assertRefused("a.yaml", "", "found nothing");
    assertRefused("a.yaml", "names: [cat\nnc: 1", "a.yaml:2", "not valid YAML");
    assertRefused("a.yaml", "names: [cat]\n---\nnames: [dog]", "not valid YAML");
    assertRefused("a.yaml", "kpt_shape: [17, 3]\nnames: [person]", "keypoints");
    assertRefused("a.yaml", "names: [cat, dog, cat]", "classes 0 and 2", "\"cat\"");
  }

  @Test
  void otherFilesAreNotReadAsNames() throws IOException {
    assertRefused("a.json", "\n{\"categories\": []}", "JSON");
    assertRefused("a.json", "[\"cat\"]", "JSON");
    assertRefused("a.xml", "<annotation/>", "XML");
    assertRefused("a.txt", "cat\n\ndog", "a.txt:2", "class 1");
    assertRefused("a.txt", "\n\n", "empty");
    assertRefused("a.txt", "cat\ndog\ncat", "classes 0 and 2");
    assertRefused("a.txt", "0: cat\n1: dog", "a.txt:1", "0: cat");
    assertRefused("a.csv", "0,cat\n1,dog", "0,cat");
    assertRefused("a.txt", "- cat\n- dog", "- cat");
    assertRefused("a.data", "classes = 2\nnames = coco.names", "a.data:1");
    assertRefused("a.pbtxt", "item {\n  id: 1\n  name: 'cat'\n}", "item {");
    assertRefused("a.txt", "0 0.5 0.5 0.25 1\n7 .5 1e-3 0.25 1 0.75", "labels");
    assertRefused("a.txt", "cat\0dog", "not a text file");
    Path jpeg = folder.resolve("a.jpg");
    Files.write(jpeg, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0});
    assertThrows(FormatException.class, () -> ClassNames.read(jpeg));
    assertThrows(FormatException.class, () -> ClassNames.read(folder));
    Path utf16 = Files.write(folder.resolve("b.txt"), "cat".getBytes(StandardCharsets.UTF_16LE));
    assertThrows(FormatException.class, () -> ClassNames.read(utf16));
  }
}
