package dev.dovetail.eval.panoptic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.testing.FixtureFolders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PanopticEvaluatorTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The distance between the ids of random segments, so that all three color channels are used. */
  private static final int STEP = 70_000;

  private final Warnings warnings = new Warnings(Strictness.LENIENT);

  @TestFactory
  Stream<DynamicTest> everyFixtureEqualsPanopticapiToTheLastBit() {
    return FixtureFolders.below("fixtures/eval", "pred.json").each(this::check);
  }

  private void check(Path folder) throws IOException {
    PanopticDataset truth = PanopticDataset.readTruth(folder.resolve("gt.json"), warnings);
    PanopticDataset found = PanopticDataset.readPredictions(folder.resolve("pred.json"), warnings);
    PanopticEvaluator evaluator = new PanopticEvaluator(truth, warnings);
    for (PanopticAnnotation prediction : found.annotations()) {
      PanopticAnnotation annotation =
          truth.annotations().stream()
              .filter(a -> a.imageId() == prediction.imageId())
              .findFirst()
              .orElseThrow();
      evaluator.accumulate(
          IdPng.read(folder.resolve("gt").resolve(annotation.fileName())),
          prediction,
          IdPng.read(folder.resolve("pred").resolve(prediction.fileName())));
    }
    JsonNode expected = JSON.readTree(folder.resolve("expected.json").toFile());
    JsonNode written = json(evaluator.summarise());
    assertEquals(expected.get("overall"), written.get("overall"));
    for (JsonNode category : written.get("per_category")) {
      ((ObjectNode) category).remove("name");
    }
    assertEquals(expected.get("per_category"), written.get("per_category"));
  }

  private static JsonNode json(PanopticEvaluation evaluation) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      PanopticReport.writeJson(json, evaluation);
    }
    return JSON.readTree(text.toString());
  }

  /** Random images with their true and predicted maps, by index. */
  private record Scene(
      PanopticDataset truth, List<IdMap> truths, PanopticDataset found, List<IdMap> predictions) {

    static Scene of(Random random) {
      List<PanopticCategory> categories = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        categories.add(new PanopticCategory(3 * k, "c" + k, k < 2));
      }
      List<PanopticAnnotation> truth = new ArrayList<>();
      List<PanopticAnnotation> found = new ArrayList<>();
      List<IdMap> truths = new ArrayList<>();
      List<IdMap> predictions = new ArrayList<>();
      for (int image = 0; image < 12; image++) {
        Size size = new Size(4 + random.nextInt(12), 4 + random.nextInt(12));
        IdMap map = blocks(random, size, 5);
        IdMap other = random.nextInt(4) == 0 ? map : disturbed(random, map);
        truths.add(map);
        predictions.add(other);
        truth.add(annotation("gt", image, map, random, true));
        found.add(annotation("dt", image, other, random, false));
      }
      return new Scene(
          new PanopticDataset("gt", categories, truth),
          truths,
          new PanopticDataset("dt", List.of(), found),
          predictions);
    }

    private static IdMap blocks(Random random, Size size, int values) {
      int[] ids = new int[(int) size.pixels()];
      for (int i = 0; i < ids.length; ) {
        int id = STEP * random.nextInt(values);
        for (int n = 1 + random.nextInt(20); n > 0 && i < ids.length; n--) {
          ids[i++] = id;
        }
      }
      return new IdMap(size, ids);
    }

    private static IdMap disturbed(Random random, IdMap map) {
      int[] ids = map.ids().clone();
      for (int n = random.nextInt(5); n > 0; n--) {
        int from = random.nextInt(ids.length);
        int to = Math.min(ids.length, from + random.nextInt(15));
        int id = STEP * random.nextInt(5);
        for (int i = from; i < to; i++) {
          ids[i] = id;
        }
      }
      return new IdMap(map.size(), ids);
    }

    private static PanopticAnnotation annotation(
        String source, int image, IdMap map, Random random, boolean crowds) {
      List<PanopticSegment> segments = new ArrayList<>();
      for (int v = 1; v < 5; v++) {
        int id = STEP * v;
        long area = java.util.Arrays.stream(map.ids()).filter(i -> i == id).count();
        if (area > 0) {
          boolean crowd = crowds && random.nextInt(6) == 0;
          segments.add(
              new PanopticSegment(id, random.nextInt(5) == 0 ? 0 : 3 * (v % 4), area, crowd));
        }
      }
      return new PanopticAnnotation(source, 100 - image, image + ".png", segments);
    }
  }

  @Test
  void everySlicingAndOrderHasTheSameBits() throws IOException {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      Scene scene = Scene.of(random);
      PanopticEvaluator whole = new PanopticEvaluator(scene.truth(), warnings);
      List<PanopticEvaluator> slices = List.of(whole.slice(), whole.slice(), whole.slice());
      List<Integer> order = new ArrayList<>();
      for (int image = 0; image < scene.truths().size(); image++) {
        order.add(image);
        accumulate(whole, scene, image);
      }
      Collections.shuffle(order, random);
      for (int image : order) {
        accumulate(slices.get(random.nextInt(3)), scene, image);
      }
      slices.get(2).merge(slices.get(0));
      slices.get(1).merge(slices.get(2));
      assertEquals(whole.summarise(), slices.get(1).summarise(), "seed " + seed);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      slices.get(1).writeTo(new DataOutputStream(written));
      PanopticEvaluator read = whole.slice();
      read.addFrom(new DataInputStream(new ByteArrayInputStream(written.toByteArray())));
      assertEquals(whole.summarise(), read.summarise(), "seed " + seed);
    }
  }

  private static void accumulate(PanopticEvaluator evaluator, Scene scene, int image)
      throws IOException {
    evaluator.accumulate(
        scene.truths().get(image),
        scene.found().annotations().get(image),
        scene.predictions().get(image));
  }

  @Test
  void everyCountAndSumMatchesTheDefinition() throws IOException {
    long matched = 0;
    for (long seed = 0; seed < 60; seed++) {
      Scene scene = Scene.of(new Random(seed));
      PanopticEvaluator evaluator = new PanopticEvaluator(scene.truth(), warnings);
      List<NaivePanoptic> naive =
          scene.truth().categories().stream().map(NaivePanoptic::new).toList();
      for (int image = 0; image < scene.truths().size(); image++) {
        accumulate(evaluator, scene, image);
        for (NaivePanoptic category : naive) {
          category.add(
              scene.truth().annotations().get(image),
              scene.truths().get(image),
              scene.found().annotations().get(image),
              scene.predictions().get(image));
        }
      }
      PanopticEvaluation evaluation = evaluator.summarise();
      for (int k = 0; k < naive.size(); k++) {
        PanopticEvaluation.CategoryQuality quality = evaluation.perCategory().get(k);
        String where = "seed " + seed + ", category " + k;
        assertEquals(naive.get(k).tp, quality.tp(), where);
        assertEquals(naive.get(k).fp, quality.fp(), where);
        assertEquals(naive.get(k).fn, quality.fn(), where);
        assertEquals(naive.get(k).iouSum, quality.iouSum(), 0.0, where);
        matched += quality.tp();
      }
    }
    assertTrue(matched > 100, "random images should have matches, not " + matched);
  }

  @Test
  void theGroundTruthAsPredictionIsPerfect() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      Scene scene = Scene.of(new Random(seed));
      PanopticEvaluator evaluator = new PanopticEvaluator(scene.truth(), warnings);
      for (int image = 0; image < scene.truths().size(); image++) {
        IdMap map = scene.truths().get(image);
        evaluator.accumulate(map, scene.truth().annotations().get(image), map);
      }
      PanopticEvaluation evaluation = evaluator.summarise();
      assertEquals(1, evaluation.overall().get("All").pq(), "seed " + seed);
      assertTrue(evaluation.perCategory().stream().allMatch(c -> c.fp() + c.fn() == 0));
    }
  }

  @Test
  void aGroupWithoutACategoryHasNoQuality() throws IOException {
    PanopticDataset truth =
        new PanopticDataset(
            "gt",
            List.of(new PanopticCategory(1, "cat", true)),
            List.of(annotation("gt", new PanopticSegment(5, 1, 2, false))));
    PanopticEvaluator evaluator = new PanopticEvaluator(truth, warnings);
    IdMap map = new IdMap(new Size(1, 2), new int[] {5, 5});
    evaluator.accumulate(map, truth.annotations().get(0), map);
    JsonNode written = json(evaluator.summarise());
    assertEquals(1, written.at("/overall/Things/pq").asDouble());
    assertTrue(written.at("/overall/Stuff/pq").isNull(), written.toString());
    assertEquals(0, written.at("/overall/Stuff/n").asInt());
  }

  private static PanopticAnnotation annotation(String source, PanopticSegment... segments) {
    return new PanopticAnnotation(source, 7, "7.png", List.of(segments));
  }

  @Test
  void predictionsThatDoNotMatchTheirMapAreRejected() {
    PanopticDataset truth =
        new PanopticDataset(
            "gt",
            List.of(new PanopticCategory(1, "cat", true)),
            List.of(annotation("gt", new PanopticSegment(5, 1, 2, false))));
    IdMap map = new IdMap(new Size(1, 2), new int[] {5, 0});
    refused(truth, map, annotation("dt"), map, "segment 5 of the PNG is not listed");
    PanopticSegment found = new PanopticSegment(5, 1, Double.NaN, false);
    PanopticSegment absent = new PanopticSegment(6, 1, Double.NaN, false);
    refused(
        truth,
        map,
        annotation("dt", found, absent),
        map,
        "dt (image 7, 7.png).segments_info[1].id: segment 6 has no pixel in the PNG");
    refused(
        truth,
        map,
        annotation("dt", new PanopticSegment(5, 9, Double.NaN, false)),
        map,
        "segments_info[0].category_id: the ground truth does not list the category 9");
    refused(
        truth,
        map,
        annotation("dt", found),
        new IdMap(new Size(2, 1), map.ids()),
        "the prediction is 1x2 pixels, but its ground truth is 2x1");
    refused(truth, map, new PanopticAnnotation("dt", 8, "8.png", List.of(found)), map, "not in gt");
  }

  private void refused(
      PanopticDataset truth,
      IdMap map,
      PanopticAnnotation prediction,
      IdMap predictionMap,
      String message) {
    PanopticEvaluator evaluator = new PanopticEvaluator(truth, warnings);
    FormatException e =
        assertThrows(
            FormatException.class, () -> evaluator.accumulate(map, prediction, predictionMap));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void anImageThatOccursTwiceIsRejected() throws IOException {
    Scene scene = Scene.of(new Random(1));
    PanopticEvaluator evaluator = new PanopticEvaluator(scene.truth(), warnings);
    PanopticEvaluator other = evaluator.slice();
    accumulate(evaluator, scene, 3);
    accumulate(other, scene, 3);
    assertThrows(IllegalArgumentException.class, () -> accumulate(evaluator, scene, 3));
    assertThrows(IllegalArgumentException.class, () -> evaluator.merge(other));
  }
}
