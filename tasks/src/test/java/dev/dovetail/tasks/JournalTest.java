package dev.dovetail.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.files.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  /** The stored value of an image in this test. */
  private record Line(int number, String text) {}

  /** Possible names of images. */
  private static final List<String> IMAGES =
      List.of("a.png", "ä b\tc.png", "line\nfeed \"quoted\".png", "");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("results.journal");
    try (Journal<Line> journal = open()) {
      for (String image : IMAGES) {
        journal.append(image, line(image));
      }
    }
  }

  private Journal<Line> open() throws IOException {
    return Journal.open(file, Line.class);
  }

  private static Line line(String image) {
    return new Line(image.length(), "of\t" + image);
  }

  private static String withChecksum(String rest) {
    CRC32 crc = new CRC32();
    crc.update(rest.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x\t%s\n", crc.getValue(), rest);
  }

  /** Asserts that the journal contains exactly these images, each with its own line. */
  private void assertContains(List<String> images) throws IOException {
    try (Journal<Line> journal = open()) {
      for (String image : IMAGES) {
        assertEquals(images.contains(image), journal.holds(image), image);
        if (images.contains(image)) {
          assertEquals(line(image), journal.read(image));
        }
      }
    }
  }

  @Test
  void writtenResultsAreReadAfterReopening() throws IOException {
    assertContains(IMAGES);
    assertEquals(IMAGES.size(), Files.readAllLines(file).size());
    try (Journal<Line> journal = open()) {
      assertFalse(journal.holds("b.png"));
      journal.append("b.png", new Line(7, ""));
      assertEquals(new Line(7, ""), journal.read("b.png"));
      assertEquals(line("a.png"), journal.read("a.png"));
    }
    assertContains(IMAGES);
  }

  @Test
  void theLastLineOfAnImageCounts() throws IOException {
    try (Journal<Line> journal = open()) {
      journal.append("a.png", new Line(2, "second"));
      assertEquals(new Line(2, "second"), journal.read("a.png"));
    }
    try (Journal<Line> journal = open()) {
      assertEquals(new Line(2, "second"), journal.read("a.png"));
    }
  }

  @Test
  void aTruncatedLineIsRemovedAndTheNextOneIsComplete() throws IOException {
    byte[] all = Files.readAllBytes(file);
    int last = all.length - 1;
    while (all[last - 1] != '\n') {
      last--;
    }
    List<String> whole = IMAGES.subList(0, IMAGES.size() - 1);
    for (int end = last; end < all.length; end++) {
      Files.write(file, java.util.Arrays.copyOf(all, end));
      assertContains(whole);
      assertEquals(last, Files.size(file), "a line cut at " + end);
    }
    try (Journal<Line> journal = open()) {
      journal.append("", line(""));
    }
    assertContains(IMAGES);
    assertEquals(-1, java.util.Arrays.mismatch(all, Files.readAllBytes(file)));
  }

  @Test
  void anImageWithADamagedLineIsMissing() throws IOException {
    byte[] all = Files.readAllBytes(file);
    int end = 0;
    while (all[end] != '\n') {
      end++;
    }
    List<String> others = IMAGES.subList(1, IMAGES.size());
    for (int at = 0; at < end; at++) {
      byte[] damaged = all.clone();
      damaged[at] ^= 1;
      if (damaged[at] == '\n') {
        damaged[at] ^= 2;
      }
      Files.write(file, damaged);
      assertContains(others);
    }
    Files.write(file, all);
    assertContains(IMAGES);
  }

  /** Lines of earlier versions and of other programs are ignored, whatever their content. */
  @Test
  void linesInAnotherFormatAreIgnored() throws IOException {
    String own = Files.readString(file);
    String old = "{\"image\":\"b.png\",\"height\":4,\"width\":4,\"boxes\":[],\"scores\":[]}\n";
    String odd =
        String.join(
            "",
            "\n",
            "\t\n",
            "00000000\t\n",
            withChecksum("\"b.png\""),
            withChecksum("b.png\t{}"),
            withChecksum(""),
            withChecksum("{}\t{}"));
    Files.writeString(file, old + odd + own);
    assertContains(IMAGES);
    try (Journal<Line> journal = open()) {
      assertFalse(journal.holds("b.png"));
      journal.append("b.png", new Line(1, "done again"));
      assertEquals(new Line(1, "done again"), journal.read("b.png"));
    }
  }

  @Test
  void threadsMayReadAndWriteConcurrently() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Journal<Line> journal = open()) {
      List<Future<Line>> read = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String image = "image " + i;
        read.add(
            pool.submit(
                () -> {
                  journal.append(image, line(image));
                  return journal.read(image);
                }));
      }
      for (int i = 0; i < read.size(); i++) {
        assertEquals(line("image " + i), read.get(i).get());
      }
    } finally {
      pool.shutdownNow();
    }
    try (Journal<Line> journal = open()) {
      for (int i = 0; i < 400; i++) {
        assertEquals(line("image " + i), journal.read("image " + i));
      }
    }
  }

  @Test
  void aJournalThatCannotBeOpenedIsNamed() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("folder.journal"));
    String message =
        assertThrows(OutputException.class, () -> Journal.open(taken, Line.class)).getMessage();
    assertTrue(message.contains(taken.toString()), message);
  }
}
