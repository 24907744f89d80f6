package dev.dovetail.eval.cityscapes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.eval.cityscapes.ScriptInstances.Found;
import dev.dovetail.eval.cityscapes.ScriptInstances.Picture;
import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoEvaluator;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The COCO evaluator with the parameters of Cityscapes matches cityscapesScripts. */
class CityscapesInstancesTest {

  private static final int HEIGHT = 30;
  private static final int WIDTH = 40;
  private static final int CAR = 26;

  @TempDir private Path folder;

  private CocoDataset truth(List<Picture> pictures) throws IOException {
    Path city = Files.createDirectories(folder.resolve("val/ulm"));
    for (int i = 0; i < pictures.size(); i++) {
      short[] values = new short[HEIGHT * WIDTH];
      for (int p = 0; p < values.length; p++) {
        values[p] = (short) pictures.get(i).instances()[p];
      }
      LabelPng.write(
          city.resolve("ulm_000000_00000" + i + "_gtFine_instanceIds.png"),
          new LabelMap.Shorts(new Size(HEIGHT, WIDTH), values));
    }
    return CityscapesTruth.read(folder.resolve("val")).objectsAndVoid();
  }

  private CocoEvaluation evaluation(List<Picture> pictures) throws IOException {
    CocoEvaluator evaluator = new CocoEvaluator(truth(pictures), CocoParams.cityscapes());
    for (int i = 0; i < pictures.size(); i++) {
      List<Found> found = pictures.get(i).found();
      evaluator.accumulate(
          ImageDetections.ofMasks(
              i + 1,
              found.stream().map(CityscapesInstancesTest::rle).toArray(Rle[]::new),
              found.stream().mapToDouble(Found::score).toArray(),
              found.stream().mapToLong(Found::label).toArray()));
    }
    return evaluator.summarise();
  }

  private static Rle rle(Found found) {
    byte[] mask = new byte[found.mask().length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (found.mask()[i] ? 255 : 0);
    }
    return Rle.ofRowMajor(HEIGHT, WIDTH, mask);
  }

  private static int[] map(int background) {
    int[] map = new int[HEIGHT * WIDTH];
    Arrays.fill(map, background);
    return map;
  }

  private static void fill(int[] map, int value, int x, int y, int w, int h) {
    for (int row = y; row < Math.min(y + h, HEIGHT); row++) {
      Arrays.fill(map, row * WIDTH + x, row * WIDTH + Math.min(x + w, WIDTH), value);
    }
  }

  private static Found found(int label, double score, int x, int y, int w, int h) {
    int[] map = new int[HEIGHT * WIDTH];
    fill(map, 1, x, y, w, h);
    boolean[] mask = new boolean[map.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = map[i] == 1;
    }
    return new Found(mask, label, score);
  }

  @Test
  void thresholdsMatchNumpysArange() {
    assertArrayEquals(
        new double[] {
          0.5,
          0.55,
          0.6000000000000001,
          0.6500000000000001,
          0.7000000000000002,
          0.7500000000000002,
          0.8000000000000003,
          0.8500000000000003,
          0.9000000000000004,
          0.9500000000000004
        },
        CocoParams.cityscapes().iouThresholds());
    assertArrayEquals(ScriptInstances.overlaps(), CocoParams.cityscapes().iouThresholds());
  }

  /**
   * Two cars of 200 pixels on road. The first is found exactly (0.9) and once more by 120 of its
   * pixels (0.8; IoU 0.6); the second by 150 (0.7; IoU 0.75); 100 pixels of road are predicted as a
   * car (0.6).
   *
   * <p>Overlaps 0.5 and 0.55: true, false, true, false. Precision 2/4, 2/3, 1/2, 1 by ascending
   * score, recall 1, 1, 1/2, 1/2, followed by the point (1, 0). Widths: (1-1)/2, (1-1/2)/2,
   * (1-1/2)/2, (1/2-0)/2, (1/2-0)/2; AP = 2/3*1/4 + 1/2*1/4 + 1/4 + 1/4 = 19/24. At 0.6, 0.65 and
   * 0.7, the second detection matches nothing and is also false: 19/24. At 0.75 (IoU 0.75 does not
   * exceed 0.7500000000000002) and above, the second car is missed: true, false, false, false;
   * recall 1/2 throughout; widths 0, 0, 0, 1/4, 1/4: AP = 1/2.
   */
  @Test
  void matchesManuallyComputedValues() throws IOException {
    int[] map = map(7);
    fill(map, 26000, 0, 0, 20, 10);
    fill(map, 26001, 0, 15, 20, 10);
    List<Found> found =
        List.of(
            found(CAR, 0.6, 25, 0, 10, 10),
            found(CAR, 0.7, 0, 15, 15, 10),
            found(CAR, 0.8, 0, 0, 12, 10),
            found(CAR, 0.9, 0, 0, 20, 10));
    CocoEvaluation evaluation = evaluation(List.of(new Picture(map, found)));
    assertEquals((5 * 19 / 24.0 + 5 * 0.5) / 10, evaluation.stat("AP"), 1e-12);
    assertEquals(19 / 24.0, evaluation.stat("AP50"), 1e-12);
    assertEquals(
        -1, evaluation.perCategory().get(0).values().get("AP"), "no person is in the image");
    assertEquals("cityscapes_segm", evaluation.label());
  }

  /** A detection is ignored if the fraction of it in ignored regions exceeds the threshold. */
  @Test
  void groupsVoidAndSmallObjectsAbsorbDetections() throws IOException {
    int[] map = map(7);
    fill(map, 26000, 0, 0, 10, 10); // the only evaluated car, which is found
    fill(map, 26, 15, 0, 10, 10); // a group
    fill(map, 4, 15, 15, 10, 10); // void: static
    fill(map, 26001, 30, 0, 9, 11); // 99 pixels: too small
    fill(map, 29000, 0, 15, 10, 10); // a caravan, which is not void, as in the script
    Found right = found(CAR, 0.5, 0, 0, 10, 10);
    for (Found ignored :
        List.of(
            found(CAR, 0.9, 15, 0, 10, 10),
            found(CAR, 0.9, 15, 15, 10, 10),
            found(CAR, 0.9, 30, 0, 9, 11))) {
      assertEquals(1, evaluation(List.of(new Picture(map, List.of(right, ignored)))).stat("AP"));
    }
    Found caravan = found(CAR, 0.9, 0, 15, 10, 10);
    assertEquals(
        ScriptInstances.ap(List.of(new Picture(map, List.of(right, caravan))), CAR, 0.5),
        evaluation(List.of(new Picture(map, List.of(right, caravan)))).stat("AP50"));
    Found half = found(CAR, 0.9, 20, 0, 10, 10); // half in the group: 0.5 does not exceed 0.5
    double ap = evaluation(List.of(new Picture(map, List.of(right, half)))).stat("AP50");
    assertEquals(ScriptInstances.ap(List.of(new Picture(map, List.of(right, half))), CAR, 0.5), ap);
    assertEquals(0.5 * 0.5 + 0.0, ap, 1e-12);
  }

  private static List<Picture> drawn(Random random) {
    int[] values = {7, 4, 0, 26, 24, 29000, 29, 26000, 26001, 26002, 24000, 24001, 33000, 11};
    int[] labels = {26, 24, 33, 26, 24, 7, 29};
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] map = map(7);
      for (int k = 0; k < 14; k++) {
        fill(
            map,
            values[random.nextInt(values.length)],
            random.nextInt(WIDTH),
            random.nextInt(HEIGHT),
            4 + random.nextInt(20),
            4 + random.nextInt(20));
      }
      List<Found> found = new ArrayList<>();
      for (int value : values) {
        for (int n = random.nextInt(3); n > 0; n--) {
          boolean[] mask = new boolean[map.length];
          double kept = 0.4 + random.nextDouble() * 0.6;
          for (int p = 0; p < mask.length; p++) {
            mask[p] = map[p] == value ? random.nextDouble() < kept : random.nextInt(200) == 0;
          }
          int label =
              random.nextInt(4) == 0
                  ? labels[random.nextInt(labels.length)]
                  : CityscapesLabel.ofInstance(value).orElseThrow().id();
          found.add(new Found(mask, label, random.nextInt(8) / 8.0));
        }
      }
      found.add(new Found(new boolean[map.length], CAR, 1));
      pictures.add(new Picture(map, found));
    }
    return pictures;
  }

  @RepeatedTest(30)
  void randomImagesMatchTheScript(RepetitionInfo repetition) throws IOException {
    List<Picture> pictures = drawn(new Random(repetition.getCurrentRepetition()));
    CocoEvaluation evaluation = evaluation(pictures);
    double[] overlaps = ScriptInstances.overlaps();
    double sum = 0;
    int known = 0;
    for (int k = 0; k < evaluation.categories().size(); k++) {
      int label = (int) evaluation.categories().get(k).id();
      for (int t = 0; t < overlaps.length; t++) {
        double expected = ScriptInstances.ap(pictures, label, overlaps[t]);
        double actual = evaluation.precision()[t * evaluation.categories().size() + k];
        assertEquals(
            Double.isNaN(expected) ? -1 : expected,
            actual,
            1e-15,
            "label " + label + " at " + overlaps[t]);
        sum += Double.isNaN(expected) ? 0 : expected;
        known += Double.isNaN(expected) ? 0 : 1;
      }
    }
    assertEquals(known == 0 ? -1 : sum / known, evaluation.stat("AP"), 1e-14);
  }

  @Test
  void thresholdsBelowOneHalfAreRejected() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> CocoParams.cityscapes().toBuilder().iouThresholds(0.4, 0.5).build());
    assertEquals(
        "the IoU threshold 0.4 is below 0.5, where a detection may belong to two objects",
        e.getMessage());
  }
}
