package dev.dovetail.tasks.detection;

import static dev.dovetail.tasks.PlainMaps.cut;
import static dev.dovetail.tasks.PlainMaps.resize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.tasks.Inference;
import dev.dovetail.tasks.detection.InstanceInference.Ranking;
import dev.dovetail.tasks.masks.MaskSize;
import dev.dovetail.tasks.masks.MaskSize.At;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares instances from query masks with a reference in plain Java that follows Mask2Former and
 * transformers.
 */
class InstanceTaskTest {

  private static final int BATCH = 2;
  private static final int QUERIES = 7;
  private static final int CLASSES = 3;
  private static final Size MASKS = new Size(8, 12);
  private static final Size PADDED = new Size(32, 48);
  private static final Size RESIZED = new Size(27, 36);
  private static final Size ORIGINAL = new Size(50, 60);

  /** The tolerance within which rounding determines whether a logit is above 0. */
  private static final int MOST_PIXELS = 2;

  /** An instance of the reference. */
  private record Instance(int label, double score, boolean[][] mask) {}

  static List<InstanceInference> inferences() {
    MaskSize fixed = new MaskSize(At.FIXED, List.of(20, 16));
    return List.of(
        InstanceInference.defaults(),
        new InstanceInference(0.2, 5, Ranking.PAIRS, MaskSize.of(At.ORIGINAL)),
        new InstanceInference(0.1, 7, Ranking.PAIRS, fixed),
        new InstanceInference(0.1, 7, Ranking.PAIRS, MaskSize.of(At.NETWORK)),
        new InstanceInference(0.1, 4, Ranking.QUERIES, MaskSize.of(At.INPUT)),
        new InstanceInference(0, 100, Ranking.QUERIES, MaskSize.of(At.ORIGINAL)));
  }

  @ParameterizedTest
  @MethodSource("inferences")
  void instancesAreThoseOfTheReference(InstanceInference inference) throws IOException {
    int compared = 0;
    for (long seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      double[][][] logits = new double[BATCH][QUERIES][CLASSES + 1];
      double[][][][] masks = new double[BATCH][QUERIES][MASKS.height()][MASKS.width()];
      float[] flatLogits = new float[BATCH * QUERIES * (CLASSES + 1)];
      float[] flatMasks = new float[BATCH * QUERIES * (int) MASKS.pixels()];
      int l = 0;
      int m = 0;
      for (int b = 0; b < BATCH; b++) {
        for (int q = 0; q < QUERIES; q++) {
          for (int c = 0; c <= CLASSES; c++, l++) {
            flatLogits[l] = (float) (2 * random.nextGaussian());
            logits[b][q][c] = flatLogits[l];
          }
          for (int i = 0; i < MASKS.pixels(); i++, m++) {
            // The last query's mask is empty.
            flatMasks[m] = q == QUERIES - 1 ? -3 : (float) (2 * random.nextGaussian());
            masks[b][q][i / MASKS.width()][i % MASKS.width()] = flatMasks[m];
          }
        }
      }
      InstanceTask task = new InstanceTask(CLASSES, inference);
      Map<String, TensorData> outputs =
          new Inference(PADDED, RESIZED, ORIGINAL)
              .run(
                  task,
                  QueryMasks.class,
                  t -> new QueryMasks(t.get("logits"), t.get("masks")),
                  Map.of(
                      "logits", TensorData.of(flatLogits, BATCH, QUERIES, CLASSES + 1),
                      "masks",
                          TensorData.of(flatMasks, BATCH, QUERIES, MASKS.height(), MASKS.width())),
                  Precision.FP32);
      for (int b = 0; b < BATCH; b++) {
        List<Instance> expected = reference(logits[b], masks[b], inference);
        check(expected, task.decode(outputs, b, ORIGINAL), "seed " + seed + ", image " + b);
        compared += expected.size();
      }
    }
    assertTrue(compared >= 10, compared + " instances");
  }

  private static void check(List<Instance> expected, Detections actual, String where) {
    assertEquals(expected.size(), actual.count(), where);
    for (int i = 0; i < expected.size(); i++) {
      Instance want = expected.get(i);
      Rle mask = actual.masks()[i];
      assertEquals(want.label(), actual.labels()[i], where);
      assertEquals(want.score(), actual.scores()[i], 1e-5, where);
      byte[] pixels = mask.toRowMajor();
      int differing = 0;
      for (int p = 0; p < pixels.length; p++) {
        boolean set = want.mask()[p / ORIGINAL.width()][p % ORIGINAL.width()];
        differing += set == (pixels[p] != 0) ? 0 : 1;
      }
      assertTrue(differing <= MOST_PIXELS, where + ": " + differing + " pixels differ");
      Rle.Box box = mask.box();
      assertEquals(box.x(), actual.boxes()[4 * i], where);
      assertEquals(box.y() + box.height(), actual.boxes()[4 * i + 3], where);
    }
  }

  private static List<Instance> reference(
      double[][] logits, double[][][] masks, InstanceInference inference) {
    record Pair(int query, int label, double chance) {}
    List<Pair> pairs = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      double sum = 0;
      for (double logit : logits[q]) {
        sum += Math.exp(logit);
      }
      List<Pair> own = new ArrayList<>();
      for (int c = 0; c < CLASSES; c++) {
        own.add(new Pair(q, c, Math.exp(logits[q][c]) / sum));
      }
      own.sort(Comparator.comparingDouble(Pair::chance).reversed());
      pairs.addAll(inference.ranking() == Ranking.PAIRS ? own : own.subList(0, 1));
    }
    pairs.sort(Comparator.comparingDouble(Pair::chance).reversed());
    List<Instance> instances = new ArrayList<>();
    for (Pair pair : pairs.subList(0, Math.min(inference.maxDetections(), pairs.size()))) {
      double[][] seen = cut(resize(masks[pair.query()], PADDED), RESIZED);
      double[][] sized =
          switch (inference.masks().at()) {
            case ORIGINAL -> resize(seen, ORIGINAL);
            case INPUT, NETWORK -> seen;
            case FIXED -> resize(seen, new Size(20, 16));
          };
      double sum = 0;
      int area = 0;
      for (double[] row : sized) {
        for (double logit : row) {
          sum += logit > 0 ? 1 / (1 + Math.exp(-logit)) : 0;
          area += logit > 0 ? 1 : 0;
        }
      }
      double score = pair.chance() * sum / (area + 1e-6);
      boolean[][] mask = nearest(sized);
      if (area > 0 && score >= inference.scoreThreshold()) {
        instances.add(new Instance(pair.label(), score, mask));
      }
    }
    instances.sort(Comparator.comparingDouble(Instance::score).reversed());
    return instances;
  }

  private static boolean[][] nearest(double[][] map) {
    boolean[][] out = new boolean[ORIGINAL.height()][ORIGINAL.width()];
    for (int y = 0; y < out.length; y++) {
      for (int x = 0; x < out[0].length; x++) {
        out[y][x] =
            map[y * map.length / ORIGINAL.height()][x * map[0].length / ORIGINAL.width()] > 0;
      }
    }
    return out;
  }

  @Test
  void valuesOutOfRangeAreRejected() {
    MaskSize original = MaskSize.of(At.ORIGINAL);
    assertRefused(
        "scoreThreshold is 1.5", () -> new InstanceInference(1.5, 1, Ranking.PAIRS, original));
    assertRefused("maxDetections is 0", () -> new InstanceInference(0, 0, Ranking.PAIRS, original));
    assertRefused("masks.size is []", () -> MaskSize.of(At.FIXED));
    assertRefused("masks.size is [8, 0]", () -> new MaskSize(At.FIXED, List.of(8, 0)));
    assertRefused("masks.size is [8, 8]", () -> new MaskSize(At.INPUT, List.of(8, 8)));
  }

  private static void assertRefused(String expected, Runnable make) {
    String message = assertThrows(IllegalArgumentException.class, make::run).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
