package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.tasks.segmentation.SemanticInference.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Trained segmenters on the first images of their validation set, from files to metrics. */
@Tag("slow")
class SemanticReferenceTest {

  /** Limits that the models' README derives from float64 runs. */
  private static final double METRIC = 1e-5;

  private static final int PIXELS_IN_ALL_MAPS = 12;

  /** An odd number, so that the last batch of two must be filled. */
  private static final int BATCHED = 3;

  @TempDir private Path out;

  @TestFactory
  Stream<DynamicTest> firstImagesInWindowsGiveTheReferencesMetricsAndLabelMaps() {
    return TrainedModel.each("semantic", model -> compare(model, Mode.SLIDE));
  }

  @TestFactory
  Stream<DynamicTest> firstImagesInOnePassGiveTheReferencesMetricsAndLabelMaps() {
    return TrainedModel.each("semantic", model -> compare(model, Mode.WHOLE));
  }

  private void compare(TrainedModel model, Mode mode) throws IOException {
    JsonNode first = first(model);
    String name = mode.name().toLowerCase(Locale.ROOT);
    Path folder = out.resolve(name);
    EvaluationReport report = run(model, mode, 1, first.get("images").size(), folder);
    JsonNode expected = first.get(name);
    for (String metric : List.of("mIoU", "aAcc", "mAcc")) {
      assertEquals(expected.get(metric).asDouble(), report.value(metric), METRIC, metric);
    }
    for (String metric : List.of("IoU", "Acc")) {
      for (Map.Entry<String, JsonNode> e : expected.get(metric).properties()) {
        double actual = report.value(metric + "_per_class." + e.getKey());
        assertEquals(e.getValue().asDouble(), actual, 10 * METRIC, metric + " of " + e.getKey());
      }
    }
    int differing = 0;
    for (JsonNode image : first.get("images")) {
      differing +=
          differing(
              model.files().folder().resolve("labels_" + name).resolve(png(image)),
              folder.resolve("label_maps").resolve(png(image)));
    }
    assertTrue(differing <= PIXELS_IN_ALL_MAPS, differing + " pixels have another label");
  }

  @TestFactory
  Stream<DynamicTest> batchesOfTwoGiveTheSameLabelMaps() {
    return TrainedModel.each(
        "semantic",
        model -> {
          for (Mode mode : List.of(Mode.WHOLE, Mode.SLIDE)) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            Path folder = out.resolve("batches-" + name);
            run(model, mode, 2, BATCHED, folder);
            int differing = 0;
            for (int i = 0; i < BATCHED; i++) {
              String png = png(first(model).get("images").get(i));
              differing +=
                  differing(
                      model.files().folder().resolve("labels_" + name).resolve(png),
                      folder.resolve("label_maps").resolve(png));
            }
            assertTrue(differing <= BATCHED, differing + " pixels have another label, " + name);
          }
        });
  }

  private static JsonNode first(TrainedModel model) throws IOException {
    return model.files().expected().get("expected_first12");
  }

  private static String png(JsonNode image) {
    return image.asText().replaceAll("\\.[^.]+$", ".png");
  }

  private static EvaluationReport run(
      TrainedModel model, Mode mode, int batch, int images, Path out) throws IOException {
    JsonNode split =
        model.files().dataset().at("/splits/" + model.files().facts().at("/data/split").asText());
    try (DovetailModel opened =
        model.builder().set("test.mode=" + mode.name().toLowerCase(Locale.ROOT)).open()) {
      return opened.evaluate(
          EvaluationOptions.of(
                  model.files().data().resolve(split.get("images").asText()),
                  model.files().data().resolve(split.get("annotations").asText()))
              .toBuilder()
              .out(out)
              .batch(batch)
              .limit(images)
              .strict(true)
              .build());
    }
  }

  private static int differing(Path expected, Path actual) throws IOException {
    assertTrue(Files.exists(actual), "there is no " + actual);
    LabelMap e = LabelPng.read(expected);
    LabelMap a = LabelPng.read(actual);
    assertEquals(e.size(), a.size(), actual.toString());
    int differing = 0;
    for (int i = 0; i < e.size().pixels(); i++) {
      differing += e.at(i) == a.at(i) ? 0 : 1;
    }
    return differing;
  }
}
