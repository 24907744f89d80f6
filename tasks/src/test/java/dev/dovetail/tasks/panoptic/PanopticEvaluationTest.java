package dev.dovetail.tasks.panoptic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.panoptic.PanopticEvaluation;
import dev.dovetail.eval.panoptic.PanopticEvaluator;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.tasks.DataMismatchException;
import dev.dovetail.tasks.Evaluation;
import dev.dovetail.tasks.EvaluationData;
import dev.dovetail.tasks.OutputFolder;
import dev.dovetail.tasks.ResultStore;
import dev.dovetail.tasks.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics and the files of an evaluation of panoptic segmentation. */
class PanopticEvaluationTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Size SIZE = new Size(6, 10);

  /** In the order of the model's labels, which differs from that of the annotations. */
  private static final List<String> CLASSES = List.of("sky", "cat", "dog");

  private static final long[] IDS = {90, 7, 300};
  private static final int IMAGES = 3;

  @TempDir private Path folder;
  private final Warnings warnings = new Warnings(Strictness.STRICT);
  private final List<PanopticMap> maps = new ArrayList<>();
  private Path images;
  private Path truth;

  /** Every image has two cats, or a dog and a cat, on sky, and an unlabeled corner. */
  @BeforeEach
  void write() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    ObjectNode tree = JSON.createObjectNode();
    Path ids = Files.createDirectory(folder.resolve("truth"));
    for (int c : new int[] {1, 2, 0}) {
      ObjectNode category = tree.withArray("categories").addObject();
      category.put("id", IDS[c]).put("name", CLASSES.get(c)).put("isthing", c == 0 ? 0 : 1);
    }
    for (int i = 0; i < IMAGES; i++) {
      int[] pixels = new int[(int) SIZE.pixels()];
      for (int p = 0; p < pixels.length; p++) {
        int x = p % SIZE.width();
        pixels[p] = p / SIZE.width() >= 4 ? (x < 4 + i ? 2 : 3) : x == 0 ? 0 : 1;
      }
      IdMap map = new IdMap(SIZE, pixels);
      List<Segment> segments =
          List.of(segment(map, 1, 0), segment(map, 2, 1), segment(map, 3, i % 2 + 1));
      maps.add(new PanopticMap(map, segments));
      IdPng.write(ids.resolve(name(i) + ".png"), map);
      Files.createFile(images.resolve(name(i) + ".jpg"));
      ObjectNode annotation = tree.withArray("annotations").addObject();
      annotation.put("image_id", 50 - i).put("file_name", name(i) + ".png");
      for (Segment segment : segments) {
        annotation
            .withArray("segments_info")
            .addObject()
            .put("id", segment.id())
            .put("category_id", IDS[segment.label()])
            .put("area", segment.area())
            .put("iscrowd", 0);
      }
    }
    truth = Files.writeString(folder.resolve("truth.json"), tree.toString());
  }

  private static String name(int image) {
    return "ä " + image;
  }

  private static Segment segment(IdMap map, int id, int label) {
    int area = 0;
    for (int pixel : map.ids()) {
      area += pixel == id ? 1 : 0;
    }
    return new Segment(id, label, 0.5f + 0.1f * id, area);
  }

  private Evaluation<PanopticMap> evaluation() throws IOException {
    return new PanopticTask(CLASSES.size(), PanopticInference.defaults())
        .evaluation(new EvaluationData(images, truth, warnings), CLASSES);
  }

  private OutputFolder out() throws IOException {
    return OutputFolder.open(folder.resolve("out"), JSON.createObjectNode());
  }

  private static void storeAndScore(
      Evaluation<PanopticMap> evaluation,
      ResultStore<PanopticMap> store,
      PanopticMap map,
      int image)
      throws IOException {
    Sample sample = evaluation.samples().get(image);
    store.write(sample, map);
    evaluation.score(sample, map);
  }

  @Test
  void theGroundTruthAndItsWrittenFilesHaveAQualityOfOne() throws IOException {
    Evaluation<PanopticMap> evaluation = evaluation();
    assertEquals(
        List.of(name(0), name(1), name(2)),
        evaluation.samples().stream().map(Sample::name).toList());
    try (OutputFolder out = out();
        ResultStore<PanopticMap> store = evaluation.store(out)) {
      for (int i = IMAGES - 1; i >= 0; i--) {
        storeAndScore(evaluation, store, maps.get(i), i);
      }
      store.finish(List.of(), (sample, map) -> {});
    }
    for (String group : List.of("All", "Things", "Stuff")) {
      assertEquals(1, evaluation.metrics().value(group + ".PQ"), group);
    }
    for (String category : CLASSES) {
      assertEquals(1, evaluation.metrics().value("PQ_per_class." + category), category);
    }
    PanopticEvaluation again = scoreFiles();
    assertEquals(1, again.overall().get("All").pq());
    assertEquals(3, again.overall().get("All").n());
  }

  /** Scores the written files like panopticapi. */
  private PanopticEvaluation scoreFiles() throws IOException {
    PanopticDataset expected = PanopticDataset.readTruth(truth, warnings);
    PanopticDataset dataset =
        PanopticDataset.readPredictions(folder.resolve("out/panoptic.json"), warnings);
    assertEquals(
        expected.annotations().stream().map(PanopticAnnotation::imageId).toList(),
        dataset.annotations().stream().map(PanopticAnnotation::imageId).toList());
    PanopticEvaluator evaluator = new PanopticEvaluator(expected, warnings);
    for (PanopticAnnotation prediction : dataset.annotations()) {
      String file = prediction.fileName();
      evaluator.accumulate(
          IdPng.read(folder.resolve("truth").resolve(file)),
          prediction,
          IdPng.read(folder.resolve("out/panoptic").resolve(file)));
    }
    return evaluator.summarise();
  }

  @Test
  void aWrongClassReducesTheQualityOfTheRunAndOfItsFiles() throws IOException {
    Evaluation<PanopticMap> evaluation = evaluation();
    try (OutputFolder out = out();
        ResultStore<PanopticMap> store = evaluation.store(out)) {
      for (int i = 0; i < IMAGES; i++) {
        PanopticMap map = maps.get(i);
        List<Segment> segments = new ArrayList<>(map.segments());
        segments.set(1, segment(map.map(), 2, 2));
        storeAndScore(evaluation, store, new PanopticMap(map.map(), segments), i);
      }
      store.finish(List.of(), (sample, map) -> {});
    }
    double quality = evaluation.metrics().value("All.PQ");
    assertTrue(quality > 0 && quality < 1, "a quality of " + quality);
    assertEquals(quality, scoreFiles().overall().get("All").pq());
  }

  @Test
  void undamagedResultsOfAnEarlierRunAreVisitedOnce() throws IOException {
    Evaluation<PanopticMap> first = evaluation();
    try (OutputFolder out = out();
        ResultStore<PanopticMap> store = first.store(out)) {
      for (int i = 0; i < 2; i++) {
        storeAndScore(first, store, maps.get(i), i);
      }
    }
    Path damaged = folder.resolve("out/panoptic/" + name(1) + ".png");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);

    Evaluation<PanopticMap> second = evaluation();
    try (OutputFolder out = out();
        ResultStore<PanopticMap> store = second.store(out)) {
      List<Sample> earlier = new ArrayList<>();
      for (Sample sample : second.samples()) {
        if (store.holds(sample)) {
          earlier.add(sample);
        } else {
          storeAndScore(second, store, maps.get(sample.index()), sample.index());
        }
      }
      assertEquals(List.of(second.samples().get(0)), earlier);
      List<Sample> visited = new ArrayList<>();
      store.finish(
          earlier,
          (sample, map) -> {
            visited.add(sample);
            assertEquals(maps.get(0).segments(), map.segments());
            second.score(sample, map);
          });
      assertEquals(earlier, visited);
    }
    assertEquals(1, second.metrics().value("All.PQ"));
    assertEquals(1, scoreFiles().overall().get("All").pq());
  }

  @Test
  void resultsAreNeverWrittenBesideTheirFolder() throws IOException {
    String text = Files.readString(truth);
    for (String name : List.of("../x.png", "a/../../x.png", "/x.png", "")) {
      Files.writeString(truth, text.replace(name(1) + ".png", name));
      String message = assertThrows(IOException.class, this::evaluation).getMessage();
      assertTrue(
          message.startsWith(truth + ": annotations[1]: \"file_name\" is '" + name), message);
    }
  }

  @Test
  void annotationsOfAnotherKindAreRejectedAndTheRightKindNamed() throws IOException {
    Path alone = Files.copy(truth, folder.resolve("alone.json"));
    truth = alone;
    String message = assertThrows(DataMismatchException.class, this::evaluation).getMessage();
    assertTrue(
        message.contains("the directory " + folder.resolve("alone") + " beside it does not exist"),
        message);
    truth = Files.createDirectories(folder.resolve("other"));
    message = assertThrows(DataMismatchException.class, this::evaluation).getMessage();
    assertTrue(message.contains("needs COCO's panoptic JSON"), message);
    assertFalse(Files.exists(folder.resolve("out")));
  }
}
