package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.VerifiedCategories;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the differences of LVIS's protocol, and the cases without a difference. */
class LvisProtocolTest {

  private static final IouType[] TYPES = {IouType.BBOX, IouType.SEGM, IouType.BOUNDARY};

  @Test
  void withExhaustiveCategoriesLvisEqualsCoco() throws IOException {
    boolean anyFound = false;
    for (long seed = 0; seed < 40; seed++) {
      CocoDataset dataset = exhaustive(RandomSets.dataset(new Random(seed), 5));
      for (IouType type : TYPES) {
        CocoParams coco = CocoParams.of(type).toBuilder().maxDets(1, 10, 300).build();
        CocoEvaluation one = evaluate(dataset, coco, seed);
        CocoEvaluation other = evaluate(dataset, CocoParams.lvis(type), seed);
        double[] expected = one.precision();
        double[] precision = other.precision();
        for (int i = 0; i < precision.length; i++) {
          assertEquals(expected[3 * i + 2], precision[i], type + ", seed " + seed);
          anyFound |= precision[i] > 0;
        }
        for (int i = 0; i < other.recall().length; i++) {
          assertEquals(one.recall()[3 * i + 2], other.recall()[i], type + ", seed " + seed);
        }
      }
    }
    assertTrue(anyFound);
  }

  @Test
  void detectionsOfAnUnverifiedCategoryHaveNoEffect() throws IOException {
    for (long seed = 0; seed < 40; seed++) {
      CocoDataset dataset = RandomSets.dataset(new Random(seed), 5);
      CocoDataset nowhere = with(dataset, new VerifiedCategories(new long[0], new long[] {9}));
      CocoEvaluator all = new CocoEvaluator(nowhere, CocoParams.lvis(IouType.BBOX));
      CocoEvaluator sought = all.slice();
      Random random = new Random(seed);
      for (CocoImage image : dataset.images()) {
        ImageDetections d = RandomSets.detections(random, image.id());
        all.accumulate(d);
        int[] rows =
            IntStream.range(0, d.size())
                .filter(
                    row ->
                        dataset.annotations().stream()
                            .anyMatch(
                                a ->
                                    a.imageId() == image.id()
                                        && a.categoryId() == d.categoryId(row)))
                .toArray();
        sought.accumulate(RandomSets.rows(d, d.scores(), rows));
      }
      assertEquals(sought.summarise().arraySha256(), all.summarise().arraySha256(), "seed " + seed);
    }
  }

  private static CocoEvaluation evaluate(CocoDataset dataset, CocoParams params, long seed)
      throws IOException {
    CocoEvaluator evaluator = new CocoEvaluator(dataset, params);
    Random random = new Random(seed);
    for (CocoImage image : dataset.images()) {
      evaluator.accumulate(RandomSets.detections(random, image.id()));
    }
    return evaluator.summarise();
  }

  /** Returns the data set without crowds, with all categories verified in all images. */
  private static CocoDataset exhaustive(CocoDataset dataset) {
    long[] categories = dataset.categories().stream().mapToLong(CocoCategory::id).toArray();
    CocoDataset plain =
        new CocoDataset(
            dataset.source(),
            dataset.images(),
            dataset.categories(),
            dataset.annotations().stream().map(LvisProtocolTest::single).toList());
    return with(plain, new VerifiedCategories(categories, new long[0]));
  }

  private static CocoAnnotation single(CocoAnnotation a) {
    return new CocoAnnotation(
        a.id(), a.imageId(), a.categoryId(), a.box(), a.area(), Crowd.NO, a.segmentation());
  }

  private static CocoDataset with(CocoDataset dataset, VerifiedCategories verified) {
    return new CocoDataset(
        dataset.source(),
        dataset.images().stream()
            .map(i -> new CocoImage(i.id(), i.width(), i.height(), i.fileName(), verified))
            .toList(),
        dataset.categories(),
        dataset.annotations());
  }
}
