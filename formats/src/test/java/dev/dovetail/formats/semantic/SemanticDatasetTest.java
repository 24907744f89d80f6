package dev.dovetail.formats.semantic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.ImageHeader;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SemanticDatasetTest {

  @TempDir Path folder;

  /** Tests every data set of this layout, with each split according to its description. */
  @TestFactory
  Stream<DynamicTest> everyLabelMapOfTheRealSetsHasTheValuesThatTheJdkReads() {
    return FixtureFolders.in("data", "dataset.json")
        .where("data set of label maps", set -> facts(set).path("task").asText().equals("semantic"))
        .each(SemanticDatasetTest::compare);
  }

  private static JsonNode facts(Path set) {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(set.resolve("dataset.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(Path set) throws IOException {
    JsonNode json = facts(set);
    LabelRange range =
        new LabelRange(
            json.get("num_classes").asInt(), json.get("reduce_zero_label").asBoolean(), 255);
    for (Map.Entry<String, JsonNode> split : json.get("splits").properties()) {
      JsonNode value = split.getValue();
      SemanticDataset dataset =
          SemanticDataset.open(
              set.resolve(value.get("images").asText()),
              set.resolve(value.get("annotations").asText()));
      assertEquals(value.get("count").asInt(), dataset.pairs().size());
      assertEquals(List.of(), dataset.unlabelled());
      assertEquals(List.of(), dataset.unused());
      for (SemanticDataset.Pair pair : dataset.pairs()) {
        LabelMap map = pair.readLabels(ImageHeader.storedSize(pair.image()));
        range.require(map, pair.labels());
        int[] expected =
            ImageIO.read(pair.labels().toFile())
                .getRaster()
                .getSamples(0, 0, map.size().width(), map.size().height(), 0, (int[]) null);
        int[] got = new int[expected.length];
        for (int i = 0; i < got.length; i++) {
          got[i] = map.at(i);
        }
        assertArrayEquals(expected, got, pair.name());
      }
    }
  }

  @Test
  void unmatchedFilesAreListed() throws IOException {
    touch("images/a.jpg", "images/b.jpeg", "images/sub/c.JPG", "images/readme.txt");
    touch("labels/a.png", "labels/sub/c.png", "labels/x.png", "labels/y.png", "labels/.z.png");
    SemanticDataset set = SemanticDataset.open(folder.resolve("images"), folder.resolve("labels"));
    assertEquals(List.of("a", "sub/c"), set.pairs().stream().map(p -> p.name()).toList());
    assertEquals(List.of(folder.resolve("images/b.jpeg")), set.unlabelled());
    assertEquals(
        List.of(folder.resolve("labels/x.png"), folder.resolve("labels/y.png")), set.unused());
  }

  @Test
  void unrelatedDirectoriesAreRejectedWithTheMissingFile() throws IOException {
    touch("images/val/a.jpg", "labels/a.png");
    IOException error =
        assertThrows(
            IOException.class,
            () -> SemanticDataset.open(folder.resolve("images"), folder.resolve("labels")));
    assertTrue(
        error.getMessage().contains(folder.resolve("labels/val/a.png").toString()),
        error.getMessage());
  }

  @Test
  void aMissingOrEmptyDirectoryAndTwoFilesOfTheSameNameAreRejected() throws IOException {
    touch("images/a.jpg", "images/a.png", "labels/a.png", "empty/notes.txt");
    Path labels = folder.resolve("labels");
    for (String images : List.of("nowhere", "empty", "images")) {
      IOException error =
          assertThrows(
              IOException.class, () -> SemanticDataset.open(folder.resolve(images), labels));
      assertTrue(error.getMessage().contains(images), error.getMessage());
    }
  }

  @Test
  void aWrittenLabelMapIsReadBackInEightAndSixteenBits() throws IOException {
    Size size = new Size(3, 2);
    byte[] labels = {0, 1, 127, (byte) 128, (byte) 254, (byte) 255};
    short[] wide = {0, 1, 255, 256, 32767, (short) 65535};
    Path eight = folder.resolve("ü 8.png");
    Path sixteen = folder.resolve("16.png");
    LabelPng.write(eight, new LabelMap.Bytes(size, labels));
    LabelPng.write(sixteen, new LabelMap.Shorts(size, wide));
    assertArrayEquals(labels, ((LabelMap.Bytes) LabelPng.read(eight)).labels());
    assertArrayEquals(wide, ((LabelMap.Shorts) LabelPng.read(sixteen)).labels());
  }

  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
  }
}
