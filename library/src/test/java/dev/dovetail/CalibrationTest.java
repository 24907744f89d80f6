package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.int8.CalibrationMethod;
import dev.dovetail.graph.int8.CalibrationMethod.Kind;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.tasks.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calibration of models for 8-bit integers. */
class CalibrationTest {

  private static final int IMAGES = 3;

  /** Each layer in both forms, and the whole model in float32 and in 8-bit integers. */
  private static final int COMPARISONS = 3;

  @TempDir private Path folder;

  /** Counts the runs of the first phase, and cancels after some of them. */
  private static final class Runs implements Progress {

    private final int most;
    private int total;
    private int steps;
    private boolean repeated;

    Runs(int most) {
      this.most = most;
    }

    @Override
    public void start(int total, int before) {
      repeated = this.total > 0;
      this.total = repeated ? this.total : total;
    }

    @Override
    public void step() {
      steps += repeated ? 0 : 1;
    }

    @Override
    public boolean cancelled() {
      return steps >= most;
    }
  }

  private String open(TinyModel model, CalibrationMethod method, Progress progress)
      throws IOException {
    Random random = new Random(7);
    List<ImageSource> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[64 * 64 * 3];
      random.nextBytes(pixels);
      images.add(ImageSource.of(Image.of(new Size(64, 64), pixels)));
    }
    StringBuilder notes = new StringBuilder();
    ModelBuilder builder =
        Dovetail.model(model.config().toString())
            .weights(model.weights())
            .precision(Precision.INT8)
            .calibrate(images)
            .calibrationMethod(method)
            .calibrationProgress(progress)
            .notes(notes::append);
    builder.open().close();
    return notes.toString();
  }

  @Test
  void everyRunOfAnImageIsAStepOfProgress() throws IOException {
    TinyModel model = TinyModel.detector(folder, "cat");
    Runs minmax = new Runs(Integer.MAX_VALUE);
    assertTrue(open(model, CalibrationMethod.MINMAX, minmax).contains("3 images (minmax)"));
    assertEquals((1 + COMPARISONS) * IMAGES, minmax.total);
    assertEquals(minmax.total, minmax.steps);
    Runs entropy = new Runs(Integer.MAX_VALUE);
    CalibrationMethod method = CalibrationMethod.of(Kind.ENTROPY, Optional.empty());
    assertTrue(open(model, method, entropy).contains("3 images (entropy)"));
    assertEquals((2 + COMPARISONS) * IMAGES, entropy.total);
    assertEquals(entropy.total, entropy.steps);
  }

  @Test
  void aCancelledCalibrationEndsBeforeTheNextRun() throws IOException {
    TinyModel model = TinyModel.detector(folder, "cat");
    Runs runs = new Runs(2);
    assertThrows(InterruptedIOException.class, () -> open(model, CalibrationMethod.MINMAX, runs));
    assertEquals(2, runs.steps);
    assertFalse(runs.repeated);
  }
}
