package dev.dovetail.tasks.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.MaskLogits;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.tasks.Inference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Compares detections from queries with a reference in plain Java that follows transformers'
 * post-processing.
 */
class QueryBoxesTest {

  private static final int BATCH = 2;
  private static final int QUERIES = 13;
  private static final int CLASSES = 5;
  private static final Size ORIGINAL = new Size(213, 320);
  private static final Inference INFERENCE =
      new Inference(new Size(64, 96), new Size(64, 96), ORIGINAL);

  /** An object with its box in original pixels. */
  private record Found(double score, int label, double[] box) {}

  /** Random predictions that are exactly representable in half precision. */
  private record Case(long seed, Scoring scoring, float[] logits, float[] boxes) {

    static Case random(long seed, Scoring scoring) {
      Random random = new Random(seed);
      List<Float> steps = new ArrayList<>();
      int outputs = outputs(scoring);
      for (int i = 0; i < QUERIES * outputs; i++) {
        steps.add((i - QUERIES * outputs / 2) / 16f);
      }
      float[] logits = new float[BATCH * QUERIES * outputs];
      for (int b = 0; b < BATCH; b++) {
        Collections.shuffle(steps, random); // without ties, so that the order is unique
        for (int i = 0; i < steps.size(); i++) {
          logits[b * steps.size() + i] = steps.get(i);
        }
      }
      float[] boxes = new float[BATCH * QUERIES * 4];
      for (int i = 0; i < boxes.length; i++) {
        boxes[i] = random.nextInt(1025) / 1024f;
      }
      return new Case(seed, scoring, logits, boxes);
    }

    static int outputs(Scoring scoring) {
      return scoring == Scoring.SOFTMAX ? CLASSES + 1 : CLASSES;
    }

    List<Detections> run(int most, Precision precision) throws IOException {
      DetectionTask task = new DetectionTask(CLASSES);
      Map<String, TensorData> outputs =
          INFERENCE.run(
              task,
              QueryBoxes.class,
              t -> new QueryBoxes(t.get("logits"), t.get("boxes"), scoring, most),
              Map.of(
                  "logits", TensorData.of(logits, BATCH, QUERIES, outputs(scoring)),
                  "boxes", TensorData.of(boxes, BATCH, QUERIES, 4)),
              precision);
      return List.of(task.decode(outputs, 0, ORIGINAL), task.decode(outputs, 1, ORIGINAL));
    }

    /** DETR: {@code softmax(-1)[..., :-1].max(-1)}, best first. */
    private List<Found> detr(int image) {
      List<Found> objects = new ArrayList<>();
      for (int q = 0; q < QUERIES; q++) {
        double sum = 0;
        for (int c = 0; c <= CLASSES; c++) {
          sum += Math.exp(logit(image, q, c));
        }
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
          best = logit(image, q, c) > logit(image, q, best) ? c : best;
        }
        objects.add(new Found(Math.exp(logit(image, q, best)) / sum, best, corners(image, q)));
      }
      return objects;
    }

    /** Deformable DETR: the best of all {@code sigmoid()}; query and class from the index. */
    private List<Found> deformableDetr(int image) {
      List<Found> objects = new ArrayList<>();
      for (int pair = 0; pair < QUERIES * CLASSES; pair++) {
        int q = pair / CLASSES;
        int c = pair % CLASSES;
        objects.add(new Found(1 / (1 + Math.exp(-logit(image, q, c))), c, corners(image, q)));
      }
      return objects;
    }

    private double logit(int image, int query, int output) {
      return logits[(image * QUERIES + query) * outputs(scoring) + output];
    }

    private double[] corners(int image, int query) {
      int at = (image * QUERIES + query) * 4;
      double w = boxes[at + 2] / 2.0;
      double h = boxes[at + 3] / 2.0;
      return new double[] {
        (boxes[at] - w) * ORIGINAL.width(),
        (boxes[at + 1] - h) * ORIGINAL.height(),
        (boxes[at] + w) * ORIGINAL.width(),
        (boxes[at + 1] + h) * ORIGINAL.height()
      };
    }

    void check(int most, Precision precision) throws IOException {
      List<Detections> all = run(most, precision);
      for (int image = 0; image < BATCH; image++) {
        List<Found> expected = scoring == Scoring.SOFTMAX ? detr(image) : deformableDetr(image);
        expected.sort(Comparator.comparingDouble(f -> -f.score()));
        expected = expected.subList(0, Math.min(most, expected.size()));
        Detections actual = all.get(image);
        String where = scoring + " in " + precision + ", seed " + seed + ", image " + image;
        assertEquals(expected.size(), actual.count(), where);
        assertFalse(actual.hasMasks(), where);
        for (int i = 0; i < expected.size(); i++) {
          Found e = expected.get(i);
          assertEquals(e.score(), actual.scores()[i], 1e-6, where);
          assertEquals(e.label(), actual.labels()[i], where);
          double[] box = new double[4];
          for (int k = 0; k < 4; k++) {
            box[k] = actual.boxes()[4 * i + k];
          }
          assertArrayEquals(e.box(), box, 1e-4, where);
        }
      }
    }
  }

  @Test
  void withSoftmaxEachQueryHasItsBestClassAsInDetr() throws IOException {
    for (long seed = 0; seed < 10; seed++) {
      Case random = Case.random(seed, Scoring.SOFTMAX);
      random.check(QUERIES, Precision.FP32);
      random.check(4, Precision.FP32);
      random.check(100, Precision.FP32);
    }
  }

  @Test
  void withSigmoidTheBestPairsAreKeptAsInDeformableDetr() throws IOException {
    for (long seed = 0; seed < 10; seed++) {
      Case random = Case.random(seed, Scoring.SIGMOID);
      random.check(10, Precision.FP32);
      random.check(100, Precision.FP32);
    }
  }

  @Test
  void halfPrecisionOfTheNetworkDoesNotAffectPostProcessing() throws IOException {
    for (Scoring scoring : Scoring.values()) {
      Case.random(20, scoring).check(10, Precision.FP16);
    }
  }

  @Test
  void masksFollowTheirQueriesAndAreResizedToTheOriginalImage() throws IOException {
    Case random = Case.random(30, Scoring.SIGMOID);
    int height = 16;
    int width = 24;
    float[] logits = new float[BATCH * QUERIES * height * width];
    Random values = new Random(31);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) values.nextGaussian();
    }
    DetectionTask task = new DetectionTask(CLASSES);
    Map<String, TensorData> outputs =
        INFERENCE.run(
            task,
            QueryBoxes.class,
            t ->
                new QueryBoxes(
                    t.get("logits"),
                    t.get("boxes"),
                    Scoring.SIGMOID,
                    10,
                    Optional.of(t.get("masks"))),
            Map.of(
                "logits", TensorData.of(random.logits(), BATCH, QUERIES, CLASSES),
                "boxes", TensorData.of(random.boxes(), BATCH, QUERIES, 4),
                "masks", TensorData.of(logits, BATCH, QUERIES, height, width)),
            Precision.FP32);
    for (int image = 0; image < BATCH; image++) {
      Detections objects = task.decode(outputs, image, ORIGINAL);
      List<Found> expected = random.deformableDetr(image);
      List<Integer> pairs = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        pairs.add(i);
      }
      pairs.sort(Comparator.comparingDouble(i -> -expected.get(i).score()));
      for (int i = 0; i < objects.count(); i++) {
        int query = pairs.get(i) / CLASSES;
        int from = (image * QUERIES + query) * height * width;
        assertEquals(
            new MaskLogits(logits, from, height, width).in(ORIGINAL.height(), ORIGINAL.width()),
            objects.masks()[i],
            "mask " + i);
      }
    }
  }
}
