package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task {@code panoptic}, from an image to panoptic quality. */
class PanopticModelTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] CLASSES = {"sky", "cat", "dog"};
  private static final int IMAGES = 4;

  @TempDir private Path folder;

  private static Image image(int seed) {
    return seed % 2 == 0 ? TinyModel.image(seed, 40, 60) : TinyModel.image(seed, 90, 70);
  }

  /** Images with the model's own segments as ground truth. */
  private EvaluationOptions data(List<PanopticMap> found) throws IOException {
    ObjectNode tree = JSON.createObjectNode();
    for (int c = 0; c < CLASSES.length; c++) {
      ObjectNode category = tree.withArray("categories").addObject();
      category.put("id", 20 - c).put("name", CLASSES[c]).put("isthing", c == 0 ? 0 : 1);
    }
    Path ids = Files.createDirectories(folder.resolve("truth"));
    Path images = folder.resolve("images");
    for (int i = 0; i < found.size(); i++) {
      PanopticMap map = found.get(i);
      TinyModel.picture(
          images.resolve(i + ".png"), i, map.map().size().height(), map.map().size().width());
      IdPng.write(ids.resolve(i + ".png"), map.map());
      ObjectNode annotation = tree.withArray("annotations").addObject();
      annotation.put("image_id", i).put("file_name", i + ".png");
      annotation.putArray("segments_info");
      for (Segment segment : map.segments()) {
        annotation
            .withArray("segments_info")
            .addObject()
            .put("id", segment.id())
            .put("category_id", 20 - segment.label())
            .put("area", segment.area())
            .put("iscrowd", 0);
      }
    }
    Path truth = Files.writeString(folder.resolve("truth.json"), tree.toString());
    return EvaluationOptions.of(images, truth);
  }

  private static List<PanopticMap> predict(DovetailModel model) throws IOException {
    List<PanopticMap> found = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      found.add(model.predict(ImageSource.of(image(i))).panopticMap());
    }
    return found;
  }

  private static void assertWhole(PanopticMap map, Image image) {
    assertEquals(image.size(), map.map().size());
    int[] areas = new int[map.segments().size() + 1];
    Arrays.stream(map.map().ids()).forEach(id -> areas[id]++);
    Set<Integer> stuff = new HashSet<>();
    for (int i = 0; i < map.segments().size(); i++) {
      Segment segment = map.segments().get(i);
      assertEquals(i + 1, segment.id());
      assertEquals(areas[i + 1], segment.area());
      assertTrue(segment.score() > 0.3 && segment.label() < CLASSES.length, segment.toString());
      assertTrue(segment.label() != 0 || stuff.add(0), "the sky is one segment");
    }
  }

  @Test
  void segmentsAreCompleteInBothPrecisionsAndDrawn() throws IOException {
    TinyModel tiny = TinyModel.panoptic(folder, CLASSES);
    for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
      int segments = 0;
      try (DovetailModel model = tiny.builder().precision(precision).open()) {
        assertEquals("panoptic", model.task());
        List<PanopticMap> found = predict(model);
        for (int i = 0; i < IMAGES; i++) {
          assertWhole(found.get(i), image(i));
          segments += found.get(i).segments().size();
        }
        assertTrue(segments > IMAGES, segments + " segments in " + precision);
        Prediction prediction = model.predict(ImageSource.of(image(1)));
        Map<String, Object> json = prediction.save(image(1), folder, precision.toString());
        PanopticMap map = prediction.panopticMap();
        Path png = folder.resolve((String) json.get("segments"));
        assertEquals(
            -1, Arrays.mismatch(map.map().ids(), IdPng.read(png).ids()), "the PNG's segments");
        JsonNode infos = JSON.valueToTree(json).get("segments_info");
        assertEquals(map.segments().size(), infos.size());
        assertEquals(CLASSES[map.segments().get(0).label()], infos.get(0).get("name").asText());
      }
    }
  }

  @Test
  void predictionsScoredAgainstThemselvesArePerfect() throws IOException {
    try (DovetailModel model = TinyModel.panoptic(folder, CLASSES).open()) {
      EvaluationOptions data = data(predict(model));
      Path out = folder.resolve("out");
      EvaluationReport report = model.evaluate(data.toBuilder().out(out).batch(2).build());
      assertEquals(1, report.value("All.PQ"));
      assertEquals(IMAGES, report.images());
      EvaluationReport again = model.evaluate(data.toBuilder().out(out).build());
      assertEquals(report.metrics().values(), again.metrics().values());
      JsonNode written = JSON.readTree(out.resolve("panoptic.json").toFile());
      assertEquals(IMAGES, written.get("annotations").size());
      for (int i = 0; i < IMAGES; i++) {
        assertEquals(
            -1,
            Arrays.mismatch(
                IdPng.read(folder.resolve("truth/" + i + ".png")).ids(),
                IdPng.read(out.resolve("panoptic/" + i + ".png")).ids()));
      }
    }
  }

  /** Padding does not affect the result for a picture of the same size. */
  @Test
  void paddingIsRemoved() throws IOException {
    TinyModel tiny = TinyModel.panoptic(folder, CLASSES);
    Image image = TinyModel.image(2, 64, 96);
    try (DovetailModel filled = tiny.open();
        DovetailModel padding = tiny.builder().set("preprocess.fit=pad").open()) {
      assertEquals(
          filled.predict(ImageSource.of(image)).toJson(),
          padding.predict(ImageSource.of(image)).toJson());
    }
  }

  @Test
  void meaninglessConfigsAreRejected() throws IOException {
    TinyModel tiny = TinyModel.panoptic(folder, CLASSES);
    assertRefused("'test.stuff' has 3, but the model's classes are 0 to 2", tiny, "test.stuff=[3]");
    assertRefused(
        "scoreThreshold is 2.0, expected a number from 0 to 1", tiny, "test.scoreThreshold=2");
    assertRefused("unknown key 'test.mode'", tiny, "test.mode=whole");
    assertRefused("'labels' does not apply here", tiny, "labels.reduceZero=false");
    assertRefused(
        "the task 'panoptic' does not support this network, which predicts PixelLogits",
        TinyModel.segmenter(folder, CLASSES),
        "task=panoptic");
  }

  private static void assertRefused(String words, TinyModel tiny, String override) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> tiny.builder().set(override).open())
            .getMessage();
    assertTrue(message.contains(words), message);
  }
}
