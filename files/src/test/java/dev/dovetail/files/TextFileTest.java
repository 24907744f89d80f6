package dev.dovetail.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {

  private static final String MARK = "\uFEFF";

  @TempDir Path folder;

  private Path write(String text, Charset charset) throws IOException {
    return Files.writeString(folder.resolve("names.txt"), text, charset);
  }

  @Test
  void allLineSeparatorsAreAccepted() throws IOException {
    Path file = write("a\r\nb\n\nÄ 犬\rd", StandardCharsets.UTF_8);
    assertEquals(List.of("a", "b", "", "Ä 犬", "d"), TextFile.lines(file));
    assertEquals(List.of(), TextFile.lines(write("", StandardCharsets.UTF_8)));
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheText() throws IOException {
    Path file = write(MARK + "a\n" + MARK + "b" + MARK + "\n", StandardCharsets.UTF_8);
    assertEquals(List.of("a", "b" + MARK), TextFile.lines(file));
    assertEquals(List.of(""), TextFile.lines(write(MARK, StandardCharsets.UTF_8)));
  }

  @Test
  void otherEncodingsAreReported() throws IOException {
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      refused(write(MARK + "cat\n", charset), "UTF-16", "save it as UTF-8");
      refused(write("cat\n", charset), "not a text file in UTF-8");
    }
    refused(write("Käfer\n", StandardCharsets.ISO_8859_1), "not a text file in UTF-8");
  }

  private static void refused(Path file, String... parts) {
    String said = assertThrows(NotTextException.class, () -> TextFile.lines(file)).getMessage();
    assertTrue(said.startsWith(file + " is "), said);
    for (String part : parts) {
      assertTrue(said.contains(part), said);
    }
  }
}
