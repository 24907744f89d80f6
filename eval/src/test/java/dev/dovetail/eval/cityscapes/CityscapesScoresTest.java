package dev.dovetail.eval.cityscapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.cityscapes.CityscapesScores.Ious;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.eval.semantic.SemanticEvaluator;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Compares with the metrics of {@code evalPixelLevelSemanticLabeling} in cityscapesScripts. */
class CityscapesScoresTest {

  private static final double CAR = 12794.0202738185;
  private static final double PERSON = 3462.4756337644;

  private final SemanticEvaluator pixels = new SemanticEvaluator(19, LabelMapping.cityscapes());
  private final InstanceCounts instances = new InstanceCounts();
  private int image;

  private static LabelMap map(int... values) {
    short[] labels = new short[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) values[i];
    }
    return new LabelMap.Shorts(new Size(1, values.length), labels);
  }

  /** Adds an image. Its labels are those of its instances. */
  private void add(int[] truth, int... predicted) {
    int[] labels = Arrays.stream(truth).map(v -> v < 1000 ? v : v / 1000).toArray();
    LabelMap found = map(predicted);
    pixels.accumulate(
        map(labels), found.mapped(CityscapesLabel.trainIds(), CityscapesLabel.NO_CLASS));
    instances.accumulate(image++, map(truth), found);
  }

  private CityscapesScores scores() {
    return CityscapesScores.of(pixels.summarise(), Optional.of(instances));
  }

  /**
   * A car of 4 pixels, of which 2 are found, 1 is predicted as a truck and 1 as a caravan; a car of
   * 1 pixel that is found; a group of cars of 2 pixels that is found; 3 pixels of road, 1 of which
   * is predicted as a car; 1 pixel of void that is predicted as a car, which is ignored.
   */
  @Test
  void matchesManuallyComputedValues() {
    add(
        new int[] {26000, 26000, 26000, 26000, 26001, 26, 26, 7, 7, 7, 4},
        26,
        26,
        27,
        29,
        26,
        26,
        26,
        7,
        7,
        26,
        26);
    CityscapesScores scores = scores();
    assertEquals(5 / (5 + 1 + 2.0), scores.classes().get("car").iou());
    assertEquals(2 / 3.0, scores.classes().get("road").iou());
    assertEquals(0, scores.classes().get("truck").iou(), "predicted, but not in the ground truth");
    assertTrue(Double.isNaN(scores.classes().get("person").iou()));
    double found = 2 * (CAR / 4) + 1 * (CAR / 1);
    double missed = 2 * (CAR / 4) + 0 * (CAR / 1);
    assertEquals(found / (found + 1 + missed), scores.classes().get("car").instance());
    assertEquals(
        0, scores.classes().get("truck").instance(), "one false pixel without an instance");
    assertTrue(Double.isNaN(scores.classes().get("road").instance()));
    // A caravan is a vehicle, but not an evaluated label.
    assertEquals(6 / (6 + 1 + 1.0), scores.categories().get("vehicle").iou());
    double all = 4 * (CAR / 4) + 1 * (CAR / 1);
    assertEquals(all / (all + 1 + 0), scores.categories().get("vehicle").instance());
    assertEquals(2 / 3.0, scores.categories().get("flat").iou());
    Ious classes = CityscapesScores.mean(scores.classes());
    assertEquals((2 / 3.0 + 5 / 8.0 + 0) / 3, classes.iou());
    Ious categories = CityscapesScores.mean(scores.categories());
    assertEquals((2 / 3.0 + 6 / 8.0) / 2, categories.iou());
    assertEquals(all / (all + 1), categories.instance());
    assertEquals(
        List.of("flat", "construction", "object", "nature", "sky", "human", "vehicle"),
        List.copyOf(scores.categories().keySet()));
    assertEquals(categories.iou(), scores.values().get("averageScoreCategories"));
  }

  @Test
  void withoutInstancesOnlyInstanceMetricsAreMissing() {
    add(new int[] {24001, 7}, 24, 7);
    assertEquals(1, scores().classes().get("person").instance());
    CityscapesScores without = CityscapesScores.of(pixels.summarise(), Optional.empty());
    assertEquals(1, without.classes().get("person").iou());
    assertTrue(Double.isNaN(without.classes().get("person").instance()));
    assertEquals(null, without.values().get("averageScoreInstClasses"));
    assertTrue(without.lines().get(12).matches("person +1.000 +nan"), without.lines().get(12));
  }

  /** Weights are added in the order of the images, for any parts and order. */
  @Test
  void mergedPartsHaveTheBitsOfTheWhole() throws IOException {
    InstanceCounts[] parts = {new InstanceCounts(), new InstanceCounts()};
    Random random = new Random(5);
    for (int i = 0; i < 6; i++) {
      int[] truth = random.ints(200, 0, 3).map(v -> 24000 + 1000 * v + v).toArray();
      int[] found = random.ints(200, 24, 28).toArray();
      add(truth, found);
      parts[i % 2].accumulate(i, map(truth), map(found));
    }
    InstanceCounts joined = new InstanceCounts();
    for (int part : new int[] {1, 0}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      parts[part].writeTo(new DataOutputStream(bytes));
      joined.addFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
    assertEquals(scores(), CityscapesScores.of(pixels.summarise(), Optional.of(joined)));
  }

  /** The computation of the script with a confusion matrix of 34 labels. */
  @RepeatedTest(10)
  void randomMapsMatchTheScript(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    long[][] matrix = new long[34][34];
    Map<Integer, double[]> byLabel = new TreeMap<>();
    double[][] human = {{0, 0}};
    int[] values = {
      0, 4, 7, 8, 9, 11, 17, 18, 21, 23, 24, 24000, 24001, 25003, 26, 26001, 29001, 33007
    };
    for (int i = 0; i < 3; i++) {
      int[] truth = random.ints(500, 0, values.length).map(v -> values[v]).sorted().toArray();
      int[] found =
          Arrays.stream(truth)
              .map(v -> random.nextInt(3) == 0 ? random.nextInt(34) : v < 1000 ? v : v / 1000)
              .toArray();
      add(truth, found);
      for (int p = 0; p < truth.length; p++) {
        matrix[truth[p] < 1000 ? truth[p] : truth[p] / 1000][found[p]]++;
      }
      for (int id : Arrays.stream(truth).filter(v -> v > 1000).distinct().sorted().toArray()) {
        int label = id / 1000;
        if (CityscapesLabel.ALL.get(label).isIgnored()) {
          continue;
        }
        int size = 0;
        int tp = 0;
        int catTp = 0;
        for (int p = 0; p < truth.length; p++) {
          boolean inside = truth[p] == id;
          size += inside ? 1 : 0;
          tp += inside && found[p] == label ? 1 : 0;
          catTp += inside && (found[p] == 24 || found[p] == 25) ? 1 : 0;
        }
        if (label == 24) {
          double weight = PERSON / size;
          double[] sums = byLabel.computeIfAbsent(label, k -> new double[2]);
          sums[0] += tp * weight;
          sums[1] += (size - tp) * weight;
        }
        if (label == 24 || label == 25) {
          double weight = (label == 24 ? PERSON : 3930.4788056518) / size;
          human[0][0] += catTp * weight;
          human[0][1] += (size - catTp) * weight;
        }
      }
    }
    CityscapesScores scores = scores();
    for (CityscapesLabel label : CityscapesLabel.classes()) {
      long fp = 0;
      long row = 0;
      for (int other = 0; other < 34; other++) {
        row += matrix[label.id()][other];
        boolean ignored = CityscapesLabel.ALL.get(other).isIgnored();
        fp += ignored || other == label.id() ? 0 : matrix[other][label.id()];
      }
      long tp = matrix[label.id()][label.id()];
      assertEquals((double) tp / (fp + row), scores.classes().get(label.name()).iou());
      if (label.id() == 24) {
        double[] sums = byLabel.get(24);
        assertEquals(
            sums[0] / (sums[0] + fp + sums[1]), scores.classes().get(label.name()).instance());
      }
    }
    long common = matrix[24][24] + matrix[24][25] + matrix[25][24] + matrix[25][25];
    long rows = Arrays.stream(matrix[24]).sum() + Arrays.stream(matrix[25]).sum();
    long wrong = 0;
    for (CityscapesLabel label : CityscapesLabel.classes()) {
      wrong +=
          label.category().equals("human") ? 0 : matrix[label.id()][24] + matrix[label.id()][25];
    }
    assertEquals((double) common / (rows + wrong), scores.categories().get("human").iou());
    assertEquals(
        human[0][0] / (human[0][0] + wrong + human[0][1]),
        scores.categories().get("human").instance());
  }
}
