package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests files with a misplaced value. */
class MutatedSetsTest {

  private static final String TRUTH =
      """
      {"images": [{"id": 7, "width": 20, "height": 10, "neg_category_ids": [2],
        "not_exhaustive_category_ids": [1]}, {"id": 8, "width": 20, "height": 10,
        "neg_category_ids": [], "not_exhaustive_category_ids": []}],
       "categories": [{"id": 1, "name": "a", "frequency": "r"}, {"id": 2, "frequency": "f"}],
       "annotations": [{"id": 5, "image_id": 7, "category_id": 1, "bbox": [1, 1, 8, 8],
         "area": 64, "iscrowd": 0, "ignore": 0, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]],
         "keypoints": [2, 2, 2, 8, 8, 1], "num_keypoints": 2},
        {"id": 6, "image_id": 8, "category_id": 2, "bbox": [0, 0, 4, 4], "area": 16, "iscrowd": 1,
         "segmentation": {"size": [10, 20], "counts": [0, 4, 6, 4, 186]},
         "keypoints": [0, 0, 0, 0, 0, 0], "num_keypoints": 0}]}
      """;

  private static final String FOUND =
      """
      [{"image_id": 7, "category_id": 1, "score": 0.5, "bbox": [1, 1, 8, 8],
        "segmentation": {"size": [10, 20], "counts": "X6"}, "keypoints": [2, 2, 0, 8, 8, 0]},
       {"image_id": 8, "category_id": 2, "score": 0.25, "bbox": [1, 1, 3, 8],
        "keypoints": [1, 2, 0, 3, 4, 0]}]
      """;

  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "7",
          "1.5",
          "-0.0",
          "1e300",
          "1e400",
          "-1e9",
          "NaN",
          "Infinity",
          "null",
          "true",
          "\"\"",
          "\"r\"",
          "\"x\"",
          "[]",
          "[1]",
          "[[]]",
          "[[1, 2, 3]]",
          "{}",
          "4294967297",
          "99999999999999999999",
          "2147483647",
          "[1, 2, 3, 4]",
          "\"0a\"");

  private static final Pattern VALUE =
      Pattern.compile("(?<=[:\\[,] ?)[^\\[\\]{},:\\s]+(?=[,\\]}])");

  @TempDir Path folder;

  @Test
  void anyFieldValueEndsInMetricsOrAMessage() throws IOException {
    int scored = 0;
    int refused = 0;
    for (long seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      boolean truthIsOdd = random.nextBoolean();
      Path gt =
          Files.writeString(folder.resolve("gt.json"), truthIsOdd ? odd(TRUTH, random) : TRUTH);
      Path dt =
          Files.writeString(folder.resolve("dt.json"), truthIsOdd ? FOUND : odd(FOUND, random));
      for (IouType type : IouType.values()) {
        CocoParams coco = CocoParams.of(type);
        refused +=
            scores(
                    gt,
                    dt,
                    type == IouType.KEYPOINTS ? coco.toBuilder().sigmas(.1, .1).build() : coco,
                    seed)
                ? 0
                : 1;
        if (type != IouType.KEYPOINTS) {
          scored += scores(gt, dt, CocoParams.lvis(type), seed) ? 1 : 0;
        }
      }
    }
    assertTrue(scored > 100 && refused > 100, scored + " scored, " + refused + " refused");
  }

  private static boolean scores(Path gt, Path dt, CocoParams params, long seed) throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    try {
      CocoDataset dataset = CocoDataset.read(gt, warnings);
      CocoResults results = CocoResults.read(dt, warnings);
      CocoEvaluation evaluation = CocoEvaluation.of(dataset, results, params, warnings);
      for (double stat : evaluation.stats()) {
        assertTrue(stat >= -1 && stat <= 1, () -> seed + ": " + stat);
      }
      return true;
    } catch (FormatException e) {
      assertTrue(e.getMessage().startsWith(gt.getParent().toString()), e.getMessage());
      return false;
    } catch (RuntimeException e) {
      return fail(
          "seed " + seed + ", " + params + ": " + Files.readString(gt) + Files.readString(dt), e);
    }
  }

  /** Returns the text with one or two of its values replaced. */
  private static String odd(String text, Random random) {
    String odd = text;
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      List<MatchResult> values = new ArrayList<>(VALUE.matcher(odd).results().toList());
      MatchResult value = values.get(random.nextInt(values.size()));
      odd =
          odd.substring(0, value.start())
              + VALUES.get(random.nextInt(VALUES.size()))
              + odd.substring(value.end());
    }
    return odd;
  }
}
