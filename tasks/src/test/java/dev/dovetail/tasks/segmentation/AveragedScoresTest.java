package dev.dovetail.tasks.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Made-up scores of views. */
class AveragedScoresTest {

  private static final int CLASSES = 5;
  private static final Size IMAGE = new Size(7, 9);

  private static float[] scores(long seed) {
    Random random = new Random(seed);
    float[] scores = new float[CLASSES * (int) IMAGE.pixels()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(8) / 8f; // with ties
    }
    return scores;
  }

  private static float[] turned(float[] scores) {
    int width = IMAGE.width();
    float[] turned = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      turned[i] = scores[i - i % width + width - 1 - i % width];
    }
    return turned;
  }

  private static void add(AveragedScores result, float[] scores, boolean mirrored) {
    result.add(
        0,
        new Geometry(IMAGE, IMAGE, IMAGE, mirrored),
        Map.of("class_scores_0", TensorData.of(scores, 1, CLASSES, IMAGE.height(), IMAGE.width())),
        0);
  }

  @Test
  void theHighestMeanWinsAndTheFirstOneInATie() {
    for (long seed = 0; seed < 20; seed++) {
      float[] one = scores(seed);
      float[] other = scores(seed + 100);
      AveragedScores result = new AveragedScores(CLASSES, IMAGE);
      add(result, one, false);
      add(result, other, true);
      LabelMap labels = result.result();
      float[] back = turned(other);
      for (int i = 0; i < IMAGE.pixels(); i++) {
        int best = 0;
        for (int k = 1; k < CLASSES; k++) {
          int at = k * (int) IMAGE.pixels() + i;
          int first = best * (int) IMAGE.pixels() + i;
          best = (one[at] + back[at]) / 2 > (one[first] + back[first]) / 2 ? k : best;
        }
        assertEquals(best, labels.at(i), "seed " + seed + ", pixel " + i);
      }
    }
  }

  @Test
  void aSymmetricNetworkGivesTheSameResultInFlippedViews() {
    for (long seed = 0; seed < 20; seed++) {
      AveragedScores once = new AveragedScores(CLASSES, IMAGE);
      add(once, scores(seed), false);
      AveragedScores twice = new AveragedScores(CLASSES, IMAGE);
      add(twice, scores(seed), false);
      add(twice, turned(scores(seed)), true);
      LabelMap expected = once.result();
      LabelMap labels = twice.result();
      for (int i = 0; i < IMAGE.pixels(); i++) {
        assertEquals(expected.at(i), labels.at(i), "seed " + seed + ", pixel " + i);
      }
    }
  }
}
