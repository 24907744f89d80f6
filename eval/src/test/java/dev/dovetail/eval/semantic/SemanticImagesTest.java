package dev.dovetail.eval.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SemanticImagesTest {

  private static final int CLASSES = 5;
  private static final List<String> NAMES = List.of("road", "wall", "sky", "tree", "car");

  private static LabelMap map(Random random) {
    byte[] labels = new byte[30];
    random.nextBytes(labels);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) Math.floorMod(labels[i], CLASSES);
    }
    return new LabelMap.Bytes(new Size(6, 5), labels);
  }

  @Test
  void anImageWeightEqualsRepeatedAccumulation() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      SemanticEvaluator whole = new SemanticEvaluator(CLASSES, LabelMapping.identity(255));
      SemanticImages first = new SemanticImages(NAMES, Double.NaN);
      SemanticImages second = new SemanticImages(NAMES, Double.NaN);
      int[] times = random.ints(6, 0, 4).toArray();
      for (int i = 0; i < times.length; i++) {
        LabelMap label = map(random);
        LabelMap prediction = map(random);
        SemanticEvaluator one = whole.slice();
        one.accumulate(label, prediction);
        (i < 3 ? first : second).add(one.summarise());
        for (int copy = 0; copy < times[i]; copy++) {
          whole.accumulate(label, prediction);
        }
      }
      first.addAll(second);
      List<Double> expected = new ArrayList<>(whole.summarise().summary().values());
      Arrays.stream(whole.summarise().iou()).forEach(expected::add);
      assertEquals(expected, Arrays.stream(first.values(times)).boxed().toList(), "seed " + seed);
      assertTrue(first.names().contains("mIoU"));
      assertEquals(CLASSES, first.classes().size());
    }
  }
}
