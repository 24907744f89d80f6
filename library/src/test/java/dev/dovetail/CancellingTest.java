package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are cancelled or interrupted end soon and keep everything that was computed. */
@Timeout(120)
@Tag("slow")
class CancellingTest {

  private static final int IMAGES = 40;

  /** The maximum number of images in flight when a run is cancelled, per image of a batch. */
  private static final int UNDER_WAY = 6;

  @TempDir private Path folder;

  /** Never cancels the run. */
  /** The images with COCO annotations. */
  private EvaluationOptions data() throws IOException {
    return CocoSet.write(folder, IMAGES, "cat", "dog").options();
  }

  private TinyModel detector() throws IOException {
    return TinyModel.detector(folder, "cat", "dog");
  }

  private static List<ImageSource> images() {
    List<ImageSource> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      images.add(ImageSource.of(TinyModel.image(i, 40, 60)));
    }
    return images;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aHandlerCancelsARunAndReceivesComputedResults(int batch) throws IOException {
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    try (DovetailModel model = detector().open()) {
      InterruptedIOException e =
          assertThrows(
              InterruptedIOException.class,
              () ->
                  model.predict(
                      images(),
                      batch,
                      new PredictionHandler() {
                        @Override
                        public void accept(int index, Image image, Prediction prediction) {
                          done.add(index);
                        }

                        @Override
                        public boolean cancelled() {
                          return done.size() >= 2;
                        }
                      }));
      assertEquals("the run was cancelled", e.getMessage());
      assertTrue(done.size() >= 2 && done.size() <= 2 + UNDER_WAY * batch, done.toString());
      int before = done.size();
      model.predict(images().get(0));
      assertEquals(before, done.size(), "nothing is delivered after the end");
    }
  }

  @Test
  void anInterruptedThreadEndsItsRunAndRemainsInterrupted() throws IOException {
    Thread caller = Thread.currentThread();
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    try (DovetailModel model = detector().open()) {
      assertThrows(
          InterruptedIOException.class,
          () ->
              model.predict(
                  images(),
                  1,
                  (index, image, prediction) -> {
                    if (done.add(index) && done.size() == 2) {
                      caller.interrupt();
                    }
                  }));
      assertTrue(Thread.interrupted(), "the thread is no longer interrupted");
      assertTrue(done.size() <= 2 + UNDER_WAY, done.toString());
      assertEquals(IMAGES, model.predict(images(), 1).size());
    }
  }

  private static void assertSameFiles(Path expected, Path actual) throws IOException {
    for (String name : List.of("bbox.json", "segm.json")) {
      assertEquals(-1, Files.mismatch(expected.resolve(name), actual.resolve(name)), name);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aCancelledEvaluationIsResumedWhereItStopped(int batch) throws IOException {
    EvaluationOptions data = data().toBuilder().batch(batch).build();
    Path out = folder.resolve("cancelled");
    try (DovetailModel model = detector().open()) {
      EvaluationReport whole =
          model.evaluate(data.toBuilder().out(folder.resolve("whole")).build());
      After first = new After(5);
      String message =
          assertThrows(
                  InterruptedIOException.class,
                  () -> model.evaluate(data.toBuilder().out(out).progress(first).build()))
              .getMessage();
      assertTrue(message.startsWith("the run was cancelled"), message);
      assertTrue(message.contains("kept in " + out), message);
      After second = After.never();
      EvaluationReport rest = model.evaluate(data.toBuilder().out(out).progress(second).build());
      assertTrue(second.before >= 5, second.before + " images were kept");
      assertTrue(second.before <= 5 + UNDER_WAY * batch, second.before + " images were computed");
      assertEquals(IMAGES - second.before, second.done);
      assertEquals(whole.metrics().values(), rest.metrics().values());
    }
    assertSameFiles(folder.resolve("whole"), out);
  }

  @Test
  void anInterruptedEvaluationIsResumedWhereItStopped() throws Exception {
    EvaluationOptions data = data();
    Path out = folder.resolve("interrupted");
    try (DovetailModel model = detector().open()) {
      model.evaluate(data.toBuilder().out(folder.resolve("whole")).build());
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicBoolean interrupted = new AtomicBoolean();
      Thread caller =
          new Thread(
              () -> {
                Progress progress =
                    new Progress() {
                      private int done;

                      @Override
                      public void step() {
                        if (++done == 5) {
                          Thread.currentThread().interrupt();
                        }
                      }
                    };
                try {
                  model.evaluate(data.toBuilder().out(out).progress(progress).build());
                } catch (IOException e) {
                  thrown.set(e);
                  interrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      caller.join();
      assertInstanceOf(InterruptedIOException.class, thrown.get());
      assertTrue(thrown.get().getMessage().startsWith("the run was interrupted"));
      assertTrue(interrupted.get());
      After second = After.never();
      model.evaluate(data.toBuilder().out(out).progress(second).build());
      assertTrue(second.before >= 5 && second.before <= 5 + UNDER_WAY, second.before + " kept");
    }
    assertSameFiles(folder.resolve("whole"), out);
  }

  @Test
  void aRunCanBeCancelledWhileItScoresEarlierResults() throws IOException {
    EvaluationOptions data = data();
    Path out = folder.resolve("out");
    try (DovetailModel model = detector().open()) {
      model.evaluate(data.toBuilder().out(out).scored(false).build());
      After at = new After(0);
      String message =
          assertThrows(
                  InterruptedIOException.class,
                  () -> model.evaluate(data.toBuilder().out(out).progress(at).build()))
              .getMessage();
      assertTrue(message.startsWith("the run was cancelled"), message);
      Thread.currentThread().interrupt();
      message =
          assertThrows(
                  InterruptedIOException.class,
                  () -> model.evaluate(data.toBuilder().out(out).build()))
              .getMessage();
      assertTrue(Thread.interrupted());
      assertTrue(message.startsWith("the run was interrupted"), message);
      After last = After.never();
      EvaluationReport report = model.evaluate(data.toBuilder().out(out).progress(last).build());
      assertEquals(IMAGES, last.before);
      assertTrue(report.value("bbox.AP") >= 0);
    }
  }

  /** Without an output directory nothing is kept, and no files remain. */
  @Test
  void aCancelledEvaluationWithoutADirectoryLeavesNoFiles() throws IOException {
    try (DovetailModel model = detector().open()) {
      EvaluationOptions data = data().toBuilder().progress(new After(1)).build();
      String message =
          assertThrows(InterruptedIOException.class, () -> model.evaluate(data)).getMessage();
      assertTrue(message.contains("not saved"), message);
    }
  }
}
