package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.data.coco.Strictness;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.semantic.LabelMap;
import dev.dovetail.data.semantic.LabelPng;
import dev.dovetail.data.semantic.SemanticDataset;
import dev.dovetail.eval.semantic.SemanticEvaluation;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.SemanticTest.Mode;
import dev.dovetail.models.Task;
import dev.dovetail.models.evaluation.OutputFolder;
import dev.dovetail.models.evaluation.Progress;
import dev.dovetail.models.evaluation.SemanticEvaluationRun;
import dev.dovetail.models.pipeline.ModelPlans;
import dev.dovetail.models.pipeline.Pipeline;
import dev.dovetail.models.pipeline.PlanKey;
import dev.dovetail.models.pipeline.StageClock;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Trained segmenters on the first images of their validation set, from files to metrics. */
class SemanticReferenceTest {

  /** Limits that the models' README derives from float64 runs. */
  private static final double METRIC = 1e-5;

  private static final int PIXELS_IN_ALL_MAPS = 12;

  /** An odd number, so that the last batch of two is filled up. */
  private static final int BATCHED = 3;

  @TempDir private Path out;

  @TestFactory
  Stream<DynamicTest> firstImagesInWindowsGiveTheReferencesMetricsAndLabelMaps() {
    return ReferenceModel.each(Task.Semantic.class, model -> compare(model, Mode.SLIDE));
  }

  @TestFactory
  Stream<DynamicTest> firstImagesInOnePassGiveTheReferencesMetricsAndLabelMaps() {
    return ReferenceModel.each(Task.Semantic.class, model -> compare(model, Mode.WHOLE));
  }

  private void compare(ReferenceModel model, Mode mode) throws IOException {
    JsonNode first = first(model);
    String name = mode.name().toLowerCase(Locale.ROOT);
    Path folder = out.resolve(name);
    SemanticEvaluation metrics = run(model, mode, 1, first.get("images").size(), folder);
    JsonNode expected = first.get(name);
    for (String metric : List.of("mIoU", "aAcc", "mAcc")) {
      assertEquals(expected.get(metric).asDouble(), metrics.summary().get(metric), METRIC, metric);
    }
    for (String metric : List.of("IoU", "Acc")) {
      int c = 0;
      for (Map.Entry<String, JsonNode> e : expected.get(metric).properties()) {
        double actual = metrics.perClass().get(metric)[c++];
        assertEquals(e.getValue().asDouble(), actual, 10 * METRIC, metric + " of " + e.getKey());
      }
    }
    int differing = 0;
    for (JsonNode image : first.get("images")) {
      differing +=
          differing(
              model.folder().resolve("labels_" + name).resolve(png(image)),
              folder.resolve("label_maps").resolve(png(image)));
    }
    assertTrue(differing <= PIXELS_IN_ALL_MAPS, differing + " pixels have another label");
  }

  @TestFactory
  Stream<DynamicTest> batchesOfTwoGiveTheSameLabelMaps() {
    return ReferenceModel.each(
        Task.Semantic.class,
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
                      model.folder().resolve("labels_" + name).resolve(png),
                      folder.resolve("label_maps").resolve(png));
            }
            assertTrue(differing <= BATCHED, differing + " pixels have another label, " + name);
          }
        });
  }

  private static JsonNode first(ReferenceModel model) throws IOException {
    return model.expected().get("expected_first12");
  }

  private static String png(JsonNode image) {
    return image.asText().replaceAll("\\.[^.]+$", ".png");
  }

  private static SemanticEvaluation run(
      ReferenceModel model, Mode mode, int batch, int images, Path out) throws IOException {
    JsonNode split = model.dataset().at("/splits/" + model.facts().at("/data/split").asText());
    StageClock clock = new StageClock();
    try (LoadedModel loaded = model.open("test.mode=" + mode.name().toLowerCase(Locale.ROOT));
        PlanCache<PlanKey> plans = ModelPlans.of(loaded, Settings.cpu(), Long.MAX_VALUE)) {
      Task.Semantic task = (Task.Semantic) loaded.model().task();
      SemanticEvaluationRun run =
          new SemanticEvaluationRun(
              SemanticDataset.open(
                  model.data().resolve(split.get("images").asText()),
                  model.data().resolve(split.get("annotations").asText())),
              task,
              images,
              new Warnings(Strictness.STRICT),
              clock);
      try (OutputFolder folder = OutputFolder.open(out, JsonNodeFactory.instance.objectNode())) {
        return run.evaluate(
            new Pipeline(loaded.model(), plans, batch, 2, clock), folder, Progress.SILENT);
      }
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
