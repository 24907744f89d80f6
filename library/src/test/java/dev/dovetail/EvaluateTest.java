package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Detections;
import dev.dovetail.tasks.DataMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of an evaluation. */
class EvaluateTest {

  private static final String[] CLASSES = {"cat", "dog"};

  @TempDir private Path folder;

  @Test
  void predictionsScoredAgainstThemselvesArePerfect() throws IOException {
    try (DovetailModel model = TinyModel.detector(folder, CLASSES).open()) {
      EvaluationReport report = ofWhatItFound(model);
      assertTrue(report.value("segm.AP") < 1, "masks are not rectangles");
    }
  }

  @Test
  void predictionsOfACascadeScoredAgainstThemselvesArePerfect() throws IOException {
    try (DovetailModel masks = TinyModel.cascade(folder, true, CLASSES).open();
        DovetailModel boxes = TinyModel.cascade(folder, false, CLASSES).open()) {
      assertTrue(ofWhatItFound(masks).value("segm.AP") < 1);
      EvaluationReport report = ofWhatItFound(boxes);
      assertThrows(IllegalArgumentException.class, () -> report.value("segm.AP"));
    }
  }

  private EvaluationReport ofWhatItFound(DovetailModel model) throws IOException {
    CocoSet set = CocoSet.write(folder, 3, CLASSES);
    List<Detections> found = new ArrayList<>();
    for (Path file : set.files()) {
      found.add(model.predict(file).detections());
    }
    assertTrue(found.stream().allMatch(f -> f.count() > 10), "too few detections");
    EvaluationReport report = model.evaluate(set.withTruth(folder, found, CLASSES).options());
    assertEquals(1, report.value("bbox.AP"), 1e-9);
    assertEquals(1, report.value("bbox.AP_per_class.cat"), 1e-9);
    assertEquals(3, report.images());
    return report;
  }

  @Test
  void metricsAreFoundByTheirNamesInTheFile() throws IOException {
    CocoSet set = CocoSet.write(folder, 4, CLASSES);
    Path out = folder.resolve("out");
    try (DovetailModel model = TinyModel.detector(folder, CLASSES).open()) {
      EvaluationReport report = model.evaluate(set.options().toBuilder().out(out).batch(2).build());
      JsonNode file = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
      assertEquals(file, new ObjectMapper().readTree(report.json()));
      for (String type : List.of("bbox", "segm")) {
        for (String name : List.of("AP", "AP50", "AR100")) {
          assertEquals(
              file.at("/metrics/" + type + "/" + name).asDouble(),
              report.value(type + "." + name),
              name);
        }
      }
      assertFalse(report.metrics().lines().isEmpty());
      double waited = file.get("share_waited").asDouble(-1);
      assertTrue(waited >= 0 && waited < 1, "the model waited " + waited + " of the time");
      String line =
          String.format(
              Locale.ROOT,
              "The model waited %.1f%% of the time between its first and its last pass.",
              100 * waited);
      assertTrue(report.timing().contains(line), report.timing().toString());
      String message =
          assertThrows(IllegalArgumentException.class, () -> report.value("mIoU")).getMessage();
      assertEquals("unknown metric 'mIoU', expected one of [bbox, segm]", message);
      message =
          assertThrows(IllegalArgumentException.class, () -> report.value("bbox")).getMessage();
      assertTrue(message.startsWith("'bbox' is a group of metrics: [AP, "), message);
    }
  }

  @Test
  void outputsWithoutObjectsAreOmitted() throws IOException {
    CocoSet set = CocoSet.write(folder, 3, CLASSES);
    Path out = folder.resolve("out");
    try (DovetailModel model =
        TinyModel.detector(folder, "__background__", "cat", "N/A", "dog", "N/A").open()) {
      int[] labels = model.predict(set.files().get(0)).detections().labels();
      assertTrue(IntStream.of(labels).anyMatch(l -> l % 2 == 0), "there is no such output");
      EvaluationReport report = model.evaluate(set.options().toBuilder().out(out).build());
      assertTrue(report.value("bbox.AP_per_class.dog") >= 0);
      JsonNode rows = new ObjectMapper().readTree(out.resolve("bbox.json").toFile());
      assertFalse(rows.isEmpty());
      rows.forEach(row -> assertTrue(Set.of(3, 13).contains(row.get("category_id").asInt())));
    }
  }

  @Test
  void unscoredPredictionsHaveNoMetrics() throws IOException {
    CocoSet set = CocoSet.write(folder, 4, CLASSES);
    Path out = folder.resolve("out");
    try (DovetailModel model = TinyModel.detector(folder, CLASSES).open()) {
      EvaluationReport report =
          model.evaluate(set.options().toBuilder().out(out).scored(false).limit(3).build());
      assertTrue(report.metrics().values().isEmpty());
      assertEquals(3, report.images());
      assertTrue(Files.exists(out.resolve("bbox.json")));
    }
  }

  @Test
  void aTaskWithoutAnEvaluationIsRejected() throws IOException {
    CocoSet set = CocoSet.write(folder, 1, CLASSES);
    try (DovetailModel model = TinyModel.classifier(folder, CLASSES).open()) {
      assertThrows(DataMismatchException.class, () -> model.evaluate(set.options()));
    }
  }
}
