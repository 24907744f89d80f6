package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Missing and unusual values in keypoint and LVIS data sets: they are named, or counted and still
 * scored.
 */
class OddSetsTest {

  private static final String TRUTH =
      "{'images':[{'id':7,'width':20,'height':10,'neg_category_ids':[2],"
          + "'not_exhaustive_category_ids':[]}],"
          + "'categories':[{'id':1,'name':'a','frequency':'r'},{'id':2,'frequency':'f'}],"
          + "'annotations':[{'id':5,'image_id':7,'category_id':1,'bbox':[1,1,8,8],'area':64,"
          + "'iscrowd':0,'segmentation':[[1,1,9,1,9,9,1,9]],"
          + "'keypoints':[2,2,2,8,8,1],'num_keypoints':2}]}";
  private static final String POINTS =
      "[{'image_id':7,'category_id':1,'score':0.5,'keypoints':[2,2,0,8,8,0]}]";
  private static final String BOX = "[{'image_id':7,'category_id':1,'score':0.5,'bbox':[1,1,8,8]}]";
  private static final String EMPTY_MASK =
      "[{'image_id':7,'category_id':1,'score':0.5,'segmentation':{'size':[10,20],'counts':'X6'}}]";

  private static final CocoParams TWO_POINTS =
      CocoParams.of(IouType.KEYPOINTS).toBuilder().sigmas(0.1, 0.1).build();

  @TempDir Path folder;

  private CocoEvaluation score(String truth, String found, CocoParams params, Warnings warnings)
      throws IOException {
    Path gt = Files.writeString(folder.resolve("gt.json"), truth.replace('\'', '"'));
    Path dt = Files.writeString(folder.resolve("dt.json"), found.replace('\'', '"'));
    return CocoEvaluation.of(
        CocoDataset.read(gt, warnings), CocoResults.read(dt, warnings), params, warnings);
  }

  private void refused(String truth, String found, CocoParams params, String... words) {
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> score(truth, found, params, new Warnings(Strictness.LENIENT)));
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  private void keypointsRefused(String truth, String found, String... words) {
    refused(truth, found, TWO_POINTS, words);
  }

  private void lvisRefused(String truth, String... words) {
    refused(truth, BOX, CocoParams.lvis(IouType.BBOX), words);
  }

  /** Scores with one warning of a kind, which is an error in strict mode. */
  private CocoEvaluation counted(String truth, String found, CocoParams params, String kind)
      throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoEvaluation evaluation = score(truth, found, params, warnings);
    assertEquals(1, warnings.entries().size(), warnings.entries().toString());
    assertEquals(1, warnings.entries().get(0).count());
    assertTrue(warnings.entries().get(0).kind().contains(kind), warnings.entries().toString());
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> score(truth, found, params, new Warnings(Strictness.STRICT)));
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("rejected by --strict"), e.getMessage());
    return evaluation;
  }

  @Test
  void theUnmodifiedSetsHaveNoWarnings() throws IOException {
    Warnings strict = new Warnings(Strictness.STRICT);
    double one = 1 / (1 + Math.ulp(1.0));
    assertEquals(one, score(TRUTH, POINTS, TWO_POINTS, strict).stats()[0]);
    assertEquals(one, score(TRUTH, BOX, CocoParams.lvis(IouType.BBOX), strict).stats()[0]);
    assertEquals(one, score(TRUTH, BOX, CocoParams.lvis(IouType.SEGM), strict).stats()[0]);
    assertEquals(one, score(TRUTH, BOX, CocoParams.of(IouType.BOUNDARY), strict).stats()[0]);
  }

  @Test
  void missingFieldsOfKeypointsAreNamedWithTheirRecord() {
    String record = "annotations[0] (id 5)";
    keypointsRefused(TRUTH.replace("'keypoints'", "'k'"), POINTS, record, "\"keypoints\"");
    keypointsRefused(TRUTH.replace("'num_keypoints':2", "'n':0"), POINTS, record, "num_keypoints");
    keypointsRefused(TRUTH.replace("'num_keypoints':2", "'num_keypoints':null"), POINTS, record);
    keypointsRefused(TRUTH.replace("'bbox'", "'b'"), POINTS, record, "bbox");
    keypointsRefused(TRUTH.replace("'iscrowd'", "'i'"), POINTS, record, "iscrowd");
    keypointsRefused(TRUTH.replace("8,8,1]", "8,8]"), POINTS, record, "has 5 numbers");
    keypointsRefused(TRUTH, POINTS.replace("8,8,0]", "8,8]"), "results[0].keypoints: has 5");
    keypointsRefused(TRUTH, BOX, "results[0].keypoints: has 0 numbers");
    keypointsRefused(TRUTH, POINTS.replace("8,8,0]", "8,NaN,0]"), "results[0].keypoints", "NaN");
    keypointsRefused(TRUTH, POINTS.replace("8,8,0]", "8,'8',0]"), "results[0].keypoints", "string");
    refused(TRUTH, POINTS, CocoParams.of(IouType.SEGM), "only keypoints");
  }

  @Test
  void missingFieldsOfLvisAreNamedWithTheirRecord() {
    lvisRefused(TRUTH.replace("'neg_category_ids'", "'n'"), "images[0] (id 7)", "neg_category_ids");
    lvisRefused(TRUTH.replace("'not_exhaustive_category_ids'", "'n'"), "images[0] (id 7)");
    lvisRefused(TRUTH.replace("'frequency':'f'", "'x':'f'"), "categories[1] (id 2)", "frequency");
    lvisRefused(TRUTH.replace("'frequency':'f'", "'frequency':'often'"), "categories[1] (id 2)");
    lvisRefused(TRUTH.replace("'area'", "'a'"), "annotations[0] (id 5)", "area");
    lvisRefused(TRUTH.replace("'bbox'", "'b'"), "annotations[0] (id 5)", "bbox");
  }

  @Test
  void annotationsThatLvisIgnoresOrChangesAreCounted() throws IOException {
    CocoParams lvis = CocoParams.lvis(IouType.BBOX);
    assertEquals(
        -1,
        counted(TRUTH.replace(":64", ":0"), BOX, lvis, "annotations without an area").stats()[0]);
    counted(TRUTH.replace("'iscrowd':0", "'iscrowd':1"), BOX, lvis, "crowds");
    counted(TRUTH, BOX.replace("8,8]", "8,0]"), lvis, "detections without an area");
    counted(TRUTH, EMPTY_MASK, CocoParams.lvis(IouType.SEGM), "detections without an area");
  }

  @Test
  void ignoreWithoutCrowdCountsForCocoAndNotForLvis() throws IOException {
    String ignored = TRUTH.replace("'iscrowd':0", "'iscrowd':0,'ignore':1");
    CocoEvaluation coco =
        counted(ignored, BOX, CocoParams.of(IouType.BBOX), "\"ignore\" (still counted");
    assertTrue(coco.stats()[0] > 0.99);
    Warnings strict = new Warnings(Strictness.STRICT);
    assertEquals(-1, score(ignored, BOX, CocoParams.lvis(IouType.BBOX), strict).stats()[0]);
  }

  @Test
  void detectionsOfAnUnlistedCategoryNeedNoKeypoints() throws IOException {
    String two =
        POINTS.replace("]}]", "]},{'image_id':7,'category_id':99,'score':1,'keypoints':[1,1,1]}]");
    CocoEvaluation evaluation = counted(TRUTH, two, TWO_POINTS, "category that is not listed");
    assertTrue(evaluation.stats()[0] > 0.99);
  }

  @Test
  void withoutDetectionsEveryTypeScoresZero() throws IOException {
    for (CocoEvaluation evaluation :
        List.of(
            none(CocoParams.of(IouType.BBOX)),
            none(CocoParams.of(IouType.SEGM)),
            none(CocoParams.of(IouType.BOUNDARY)),
            none(TWO_POINTS),
            none(CocoParams.lvis(IouType.BBOX)),
            none(CocoParams.lvis(IouType.SEGM)))) {
      assertEquals(0, evaluation.stats()[0], evaluation.label());
      for (double stat : evaluation.stats()) {
        assertTrue(stat == 0 || stat == -1, evaluation.label() + ": " + stat);
      }
    }
  }

  private CocoEvaluation none(CocoParams params) throws IOException {
    return score(TRUTH, "[]", params, new Warnings(Strictness.LENIENT));
  }

  @Test
  void parametersThatATypeDoesNotSupportAreRejected() {
    CocoParams boxes = CocoParams.of(IouType.BBOX);
    CocoParams lvis = CocoParams.lvis(IouType.BBOX);
    unusable(() -> boxes.toBuilder().maxDets(1, 10).build(), "at least three");
    unusable(() -> TWO_POINTS.toBuilder().sigmas().build(), "sigmas");
    unusable(() -> TWO_POINTS.toBuilder().useCategories(false).build(), "by category");
    unusable(() -> CocoParams.lvis(IouType.KEYPOINTS), "no keypoints");
    unusable(() -> lvis.toBuilder().maxDets(1, 300).build(), "one number");
    unusable(() -> TWO_POINTS.toBuilder().sigmas(0.1, 0).build(), "not above 0");
    unusable(() -> boxes.toBuilder().iouThresholds().build(), "at least one IoU threshold");
    unusable(() -> boxes.toBuilder().iouThresholds(Double.NaN).build(), "NaN");
    unusable(() -> boxes.toBuilder().recallThresholds(0.5, 0.4).build(), "ascend");
    unusable(() -> boxes.toBuilder().maxDets(0, 10, 100).build(), "of 1 or more");
  }

  private static void unusable(Executable building, String words) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, building);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
