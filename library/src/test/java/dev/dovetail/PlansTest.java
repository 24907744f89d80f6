package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Footprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads that share the plans of one model. */
@Tag("slow")
class PlansTest {

  private static final int THREADS = 8;

  @TempDir private Path folder;

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, "cat", "dog");
  }

  /** Images of four sizes, two of which have the same padded size. */
  private static List<ImageSource> images() {
    int[][] sizes = {{40, 60}, {64, 60}, {60, 40}, {30, 90}};
    List<ImageSource> images = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int[] size = sizes[i % sizes.length];
      images.add(ImageSource.of(TinyModel.image(i, size[0], size[1])));
    }
    return images;
  }

  private static List<String> oneByOne(DovetailModel model, List<ImageSource> images)
      throws IOException {
    List<String> results = new ArrayList<>();
    for (ImageSource image : images) {
      results.add(model.predict(image).toJson());
    }
    return results;
  }

  /** Eight threads that each predict on all images, each in its own order. */
  private static void assertThreadsGive(List<String> expected, DovetailModel model)
      throws Exception {
    List<ImageSource> images = images();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> threads = new ArrayList<>();
      CountDownLatch start = new CountDownLatch(THREADS);
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        threads.add(
            pool.submit(
                () -> {
                  start.countDown();
                  start.await();
                  for (int i = 0; i < images.size(); i++) {
                    int at = (first * 3 + i) % images.size();
                    assertEquals(expected.get(at), model.predict(images.get(at)).toJson());
                  }
                  return null;
                }));
      }
      for (Future<?> thread : threads) {
        thread.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void eightThreadsEqualOneThread() throws Exception {
    try (DovetailModel model = detector().open()) {
      List<String> expected = oneByOne(model, images());
      assertThreadsGive(expected, model);
    }
    try (DovetailModel fresh = detector().open()) {
      List<String> expected;
      try (DovetailModel other = detector().open()) {
        expected = oneByOne(other, images());
      }
      assertThreadsGive(expected, fresh); // the first thread that needs a plan compiles it
      assertEquals(3, fresh.plans().compiled());
    }
  }

  @Test
  void plansAreKeptBetweenCalls() throws IOException {
    try (DovetailModel model = detector().open()) {
      assertEquals(0, model.plans().compiled());
      oneByOne(model, images());
      assertEquals(3, model.plans().compiled());
      oneByOne(model, images());
      model.predict(images(), 1);
      assertEquals(3, model.plans().compiled());
      assertEquals(0, model.plans().evicted());
    }
  }

  @Test
  void plansStayWithinTheMemoryLimit() throws Exception {
    TinyModel tiny = detector();
    ModelConfig config = ModelConfig.read(tiny.config(), List.of(), PartRegistry.load());
    long one =
        Footprint.of(ModelGraph.whole(config.model(), 1, new Size(96, 64)), Precision.FP32).bytes();
    try (DovetailModel model = tiny.builder().planMemory(2 * one).open();
        DovetailModel unbounded = tiny.open()) {
      List<String> expected = oneByOne(unbounded, images());
      assertEquals(expected, oneByOne(model, images()));
      assertTrue(model.plans().evicted() > 0, "three plans do not fit into the limit");
      assertTrue(model.plans().bytes() <= 2 * one, model.plans().toString());
      assertThreadsGive(expected, model);
      assertTrue(model.plans().bytes() <= 2 * one, model.plans().toString());
    }
    try (DovetailModel model = tiny.builder().planMemory(1).open()) {
      oneByOne(model, images());
      assertTrue(model.plans().bytes() > 0, "the last plan is kept, whatever its size");
    }
  }

  @Test
  void aWarmedUpModelCompilesNothingForImages() throws IOException {
    try (DovetailModel model = detector().open()) {
      List<Size> sizes = List.of(new Size(40, 60), new Size(30, 90), new Size(60, 40));
      model.warmUp(sizes);
      int compiled = model.plans().compiled();
      assertEquals(3, compiled);
      for (Size size : sizes) {
        model.predict(ImageSource.of(TinyModel.image(1, size.height(), size.width())));
      }
      assertEquals(compiled, model.plans().compiled());
      assertThrows(
          IllegalArgumentException.class, () -> model.warmUp(List.of(new Size(1, 100_000))));
    }
  }

  @Test
  void aClosedModelThrowsAndCanBeClosedAgain() throws IOException {
    Path file = folder.resolve("m.onnx");
    DovetailModel model = detector().open();
    model.export(ExportOptions.of(file, new Size(64, 64)));
    for (DovetailModel each : List.of(model, Dovetail.load(file))) {
      ImageSource image = ImageSource.of(TinyModel.image(1, 40, 60));
      each.predict(image);
      each.close();
      each.close();
      for (var call :
          List.<org.junit.jupiter.api.function.Executable>of(
              () -> each.predict(image),
              () -> each.predict(List.of(image), 1),
              () -> each.warmUp(List.of(new Size(40, 60))),
              () -> each.evaluate(EvaluationOptions.of(folder, folder)),
              () -> each.export(ExportOptions.of(file, new Size(64, 64))))) {
        assertEquals(
            "the model is closed", assertThrows(IllegalStateException.class, call).getMessage());
      }
    }
  }

  @Test
  @Timeout(60)
  void closingAModelWaitsForRunningCalls() throws Exception {
    Path file = folder.resolve("m.onnx");
    DovetailModel model = detector().open();
    model.export(ExportOptions.of(file, new Size(64, 64)));
    for (DovetailModel each : List.of(model, Dovetail.load(file))) {
      List<ImageSource> images = images();
      List<Integer> done = java.util.Collections.synchronizedList(new ArrayList<>());
      each.predict(
          images,
          1,
          new PredictionHandler() {
            @Override
            public void accept(int index, Image image, Prediction prediction) throws IOException {
              each.close();
              done.add(index);
            }
          });
      assertEquals(images.size(), done.size());
      assertThrows(IllegalStateException.class, () -> each.predict(images.get(0)));
    }
  }

  @Test
  void missingWeightsAreReported() throws IOException {
    String config = detector().config().toString();
    String message =
        assertThrows(MissingWeightsException.class, () -> Dovetail.model(config).open())
            .getMessage();
    assertEquals(config + " does not include weights; specify a checkpoint", message);
    assertThrows(MissingWeightsException.class, () -> Dovetail.load(Path.of(config)));
  }
}
