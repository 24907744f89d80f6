package dev.dovetail.tasks.segmentation;

import static dev.dovetail.tasks.PlainMaps.cut;
import static dev.dovetail.tasks.PlainMaps.resize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.PixelLogits;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.tasks.Inference;
import dev.dovetail.tasks.segmentation.SemanticInference.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Label maps of padded images. */
class SemanticTaskTest {

  private static final int CLASSES = 3;
  private static final Size LOGITS = new Size(8, 12);
  private static final Size PADDED = new Size(32, 48);
  private static final Size RESIZED = new Size(27, 36);
  private static final Size ORIGINAL = new Size(50, 60);

  /** Pixels with a near tie, which rounding determines. */
  private static final int MOST_PIXELS = 1;

  /** Logits with adjacent regions of classes and irregular borders. */
  private static double[][][] logits(long seed) {
    Random random = new Random(seed);
    double[][][] logits = new double[CLASSES][LOGITS.height()][LOGITS.width()];
    for (double[][] map : logits) {
      double cx = random.nextDouble() * LOGITS.width();
      for (double[] row : map) {
        for (int x = 0; x < row.length; x++) {
          row[x] = Math.rint(64 * (random.nextGaussian() - Math.abs(x - cx))) / 64;
        }
      }
    }
    return logits;
  }

  private static LabelMap run(double[][][] logits, Mode mode, Precision precision)
      throws IOException {
    float[] values = new float[CLASSES * (int) LOGITS.pixels()];
    int at = 0;
    for (double[][] map : logits) {
      for (double[] row : map) {
        for (double value : row) {
          values[at++] = (float) value;
        }
      }
    }
    SemanticInference inference = new SemanticInference(mode, List.of(512, 512), List.of(341, 341));
    SemanticTask task = new SemanticTask(CLASSES, inference, SemanticLabels.defaults());
    return task.decode(
        new Inference(PADDED, RESIZED, ORIGINAL)
            .run(
                task,
                PixelLogits.class,
                t -> new PixelLogits(t.get("logits")),
                Map.of(
                    "logits", TensorData.of(values, 1, CLASSES, LOGITS.height(), LOGITS.width())),
                precision),
        0,
        ORIGINAL);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"WHOLE", "DIRECT"})
  void paddingIsRemovedBeforeLogitsAreResized(Mode mode) throws IOException {
    for (long seed = 0; seed < 5; seed++) {
      for (Precision precision : List.of(Precision.FP32, Precision.FP16)) {
        LabelMap labels = run(logits(seed), mode, precision);
        assertEquals(ORIGINAL, labels.size());
        double[][][] seen = logits(seed);
        for (int c = 0; c < CLASSES; c++) {
          seen[c] = resize(cut(resize(seen[c], PADDED), RESIZED), ORIGINAL);
        }
        int differing = 0;
        for (int i = 0; i < ORIGINAL.pixels(); i++) {
          int y = i / ORIGINAL.width();
          int x = i % ORIGINAL.width();
          int best = 0;
          for (int c = 1; c < CLASSES; c++) {
            best = seen[c][y][x] > seen[best][y][x] ? c : best;
          }
          differing += best == labels.at(i) ? 0 : 1;
        }
        String where = mode + " in " + precision + ", seed " + seed;
        assertTrue(differing <= MOST_PIXELS, where + ": " + differing + " pixels differ");
      }
    }
  }
}
