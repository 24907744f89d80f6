package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.formats.semantic.LabelRange;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests unusual image and label files, which must have the result in their list: a correct value or
 * a clear error.
 */
class NastyFilesTest {

  @TestFactory
  Stream<DynamicTest> everyOddImageIsReadOrRefusedAsDemanded() {
    return each("image", NastyFilesTest::image);
  }

  @TestFactory
  Stream<DynamicTest> everyOddLabelMapIsReadOrRefusedAsDemanded() {
    return each("label", NastyFilesTest::label);
  }

  private interface Check {
    void accept(Path file, JsonNode expected) throws IOException;
  }

  private static Stream<DynamicTest> each(String kind, Check check) {
    return FixtureFolders.below("data/nasty", "expected.json")
        .flatEach(
            folder ->
                StreamSupport.stream(list(folder).spliterator(), false)
                    .filter(entry -> entry.get("kind").asText().equals(kind))
                    .map(
                        entry ->
                            DynamicTest.dynamicTest(
                                entry.get("file").asText(),
                                () ->
                                    check.accept(
                                        folder.resolve(entry.get("file").asText()), entry))));
  }

  private static JsonNode list(Path folder) {
    try {
      return new ObjectMapper()
          .readTree(Files.readAllBytes(folder.resolve("expected.json")))
          .get("files");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void image(Path file, JsonNode expected) throws IOException {
    if (expected.get("result").asText().equals("error")) {
      assertNames(file, assertThrows(BadImageException.class, () -> ImageReader.read(file)));
      return;
    }
    Image image = ImageReader.read(file);
    assertEquals(size(expected), image.size());
    if (expected.has("quadrant_mean_rgb")) {
      for (int quadrant = 0; quadrant < 4; quadrant++) {
        for (int channel = 0; channel < 3; channel++) {
          double want = expected.get("quadrant_mean_rgb").get(quadrant).get(channel).asDouble();
          assertEquals(
              want,
              mean(image, quadrant, 2 - channel),
              expected.get("tolerance").asDouble(),
              "quadrant " + quadrant + ", channel " + channel);
        }
      }
    }
  }

  private static double mean(Image image, int quadrant, int channel) {
    int height = image.size().height();
    int width = image.size().width();
    int top = quadrant < 2 ? 0 : height / 2;
    int left = quadrant % 2 == 0 ? 0 : width / 2;
    int bottom = quadrant < 2 ? height / 2 : height;
    int right = quadrant % 2 == 0 ? width / 2 : width;
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += image.at(y, x, channel);
      }
    }
    return (double) sum / ((bottom - top) * (right - left));
  }

  private static void label(Path file, JsonNode expected) throws IOException {
    if (expected.get("result").asText().equals("ok")) {
      LabelMap map = LabelPng.read(file);
      assertEquals(size(expected), map.size());
      SortedSet<Integer> want = new TreeSet<>();
      expected.get("labels").forEach(l -> want.add(l.asInt()));
      SortedSet<Integer> got = new TreeSet<>();
      for (int i = 0; i < map.size().pixels(); i++) {
        got.add(map.at(i));
      }
      assertEquals(want, got);
    } else if (expected.has("image_size")) {
      JsonNode size = expected.get("image_size");
      Size imageSize = new Size(size.get(1).asInt(), size.get(0).asInt());
      assertNames(
          file,
          assertThrows(
              BadImageException.class,
              () -> LabelPng.read(file, Path.of("street.jpg"), imageSize)));
    } else if (expected.has("num_classes")) {
      LabelRange range = new LabelRange(expected.get("num_classes").asInt(), true, 255);
      LabelMap map = LabelPng.read(file);
      assertNames(file, assertThrows(BadImageException.class, () -> range.require(map, file)));
      assertTrue(range.complaint(map, file).orElseThrow().contains(file.toString()));
    } else {
      assertNames(file, assertThrows(BadImageException.class, () -> LabelPng.read(file)));
    }
  }

  private static void assertNames(Path file, IOException error) {
    assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
  }

  private static Size size(JsonNode expected) {
    return new Size(expected.get("height").asInt(), expected.get("width").asInt());
  }
}
