package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.mask.Rle;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Trained detectors on the first images of every split of their data set, compared row by row. */
@Tag("slow")
class InstanceReferenceTest {

  private static final int IMAGES = 10;

  /** Limits that the models' README derives from float64 runs. */
  private static final double SCORE = 1e-4;

  private static final double BOX = 1e-2;
  private static final int MASK_PIXELS = 4;

  /** An odd number, so that the last batch of two must be filled. */
  private static final int BATCHED = 5;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path out;

  @TestFactory
  Stream<DynamicTest> firstImagesOfEverySplitGiveTheReferencesRows() {
    return TrainedModel.each(
        "detection",
        model -> {
          for (Map.Entry<String, JsonNode> split :
              model.files().dataset().get("splits").properties()) {
            Path folder = out.resolve(split.getKey());
            Run run = run(model, split.getValue(), 1, IMAGES, folder);
            compare(model, split.getKey(), run, folder);
            assertScoredAgainEqual(run, folder);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> batchesOfTwoGiveTheSameRows() {
    return TrainedModel.each(
        "detection",
        model -> {
          Map.Entry<String, JsonNode> split =
              model.files().dataset().get("splits").properties().iterator().next();
          Path folder = out.resolve("batches");
          compare(model, split.getKey(), run(model, split.getValue(), 2, BATCHED, folder), folder);
        });
  }

  private record Run(CocoDataset dataset, List<CocoImage> images, EvaluationReport report) {

    Set<Long> ids() {
      return images.stream().map(CocoImage::id).collect(Collectors.toSet());
    }
  }

  private static Run run(TrainedModel model, JsonNode split, int batch, int images, Path out)
      throws IOException {
    Path annotations = model.files().data().resolve(split.get("annotations").asText());
    CocoDataset dataset = CocoDataset.read(annotations, new Warnings(Strictness.STRICT));
    try (DovetailModel opened = model.builder().open()) {
      EvaluationReport report =
          opened.evaluate(
              EvaluationOptions.of(
                      model
                          .files()
                          .data()
                          .resolve(model.files().dataset().get("image_root").asText()),
                      annotations)
                  .toBuilder()
                  .out(out)
                  .batch(batch)
                  .limit(images)
                  .strict(true)
                  .build());
      return new Run(dataset, dataset.images().subList(0, images), report);
    }
  }

  private static void compare(TrainedModel model, String split, Run run, Path folder)
      throws IOException {
    for (String type : List.of("bbox", "segm")) {
      List<JsonNode> expected =
          rows(
              model.files().folder().resolve("results_" + split + "." + type + ".json.gz"),
              run.ids());
      List<JsonNode> actual = rows(folder.resolve(type + ".json"), run.ids());
      assertTrue(expected.size() > IMAGES, "there is nothing to compare");
      assertEquals(expected.size(), actual.size(), "rows of " + split + " " + type);
      for (int i = 0; i < expected.size(); i++) {
        String where = split + " " + type + " row " + i;
        JsonNode e = expected.get(i);
        JsonNode a = actual.get(i);
        for (String key : List.of("image_id", "category_id")) {
          assertEquals(e.get(key).asLong(), a.get(key).asLong(), where + ": " + key);
        }
        assertEquals(e.get("score").asDouble(), a.get("score").asDouble(), SCORE, where);
        if (type.equals("bbox")) {
          assertArrayEquals(box(e), box(a), BOX, where);
        } else {
          int differing = differing(mask(e), mask(a));
          assertTrue(differing <= MASK_PIXELS, where + ": " + differing + " mask pixels differ");
        }
      }
    }
  }

  private static List<JsonNode> rows(Path file, Set<Long> images) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile());
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
      List<JsonNode> rows = new ArrayList<>();
      for (JsonNode row : JSON.readTree(plain)) {
        if (images.contains(row.get("image_id").asLong())) {
          rows.add(row);
        }
      }
      return rows;
    }
  }

  private static double[] box(JsonNode row) {
    double[] box = new double[4];
    for (int i = 0; i < 4; i++) {
      box[i] = row.get("bbox").get(i).asDouble();
    }
    return box;
  }

  private static Rle mask(JsonNode row) {
    JsonNode mask = row.get("segmentation");
    return Rle.ofCompressed(
        mask.get("size").get(0).asInt(),
        mask.get("size").get(1).asInt(),
        mask.get("counts").asText());
  }

  private static int differing(Rle a, Rle b) {
    return a.area() + b.area() - 2 * a.commonPixels(b);
  }

  /** Scoring the written lists separately produces the metrics of the run. */
  private static void assertScoredAgainEqual(Run run, Path folder) throws IOException {
    long[] ids = run.ids().stream().mapToLong(i -> i).toArray();
    for (IouType type : List.of(IouType.BBOX, IouType.SEGM)) {
      String name = type == IouType.BBOX ? "bbox.json" : "segm.json";
      Warnings warnings = new Warnings(Strictness.STRICT);
      CocoEvaluation again =
          CocoEvaluation.of(
              run.dataset(),
              CocoResults.read(folder.resolve(name), warnings),
              CocoParams.of(type).toBuilder().imageIds(ids).build(),
              warnings);
      for (int i = 0; i < again.stats().length; i++) {
        String metric = type.label() + "." + again.statNames().get(i);
        assertEquals(again.stats()[i], run.report().value(metric), metric);
      }
    }
    assertTrue(Files.size(folder.resolve("bbox.json")) > 0);
  }
}
