package dev.dovetail.eval.coco;

import dev.dovetail.eval.Slices;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.coco.curves.PrecisionRecall;
import dev.dovetail.eval.coco.curves.ResampledCoco;
import dev.dovetail.eval.coco.matching.GroundTruths;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.matching.ImageMatcher;
import dev.dovetail.eval.coco.matching.MatchedDetections;
import dev.dovetail.eval.coco.matching.ResultImages;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.sort.CountingSort;
import dev.dovetail.eval.sort.ScoreOrder;
import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.stream.LongStream;

/**
 * Accumulates detections image by image and summarises them as COCO does.
 *
 * <p>A set may be cut into slices in any way: {@link #slice} gives an empty accumulator over the
 * same ground truth, {@link #merge} joins two. The result does not depend on the slicing nor on the
 * order of images, to the last bit. Images that were never accumulated count as images without
 * detections; restrict {@link CocoParams#imageIds} to leave them out. An accumulator serves one
 * thread.
 */
public final class CocoEvaluator implements Accumulator {

  private final GroundTruths truths;
  private final CocoParams params;
  private final ImageMatcher matcher;
  private final MatchedDetections[] matched;
  private final BitSet done = new BitSet();
  private final int limit;

  /**
   * An empty accumulator.
   *
   * @param dataset the ground truth
   * @param params what to evaluate
   * @throws FormatException if an annotation lacks a field that the type needs
   * @throws IllegalArgumentException if the parameters choose what the ground truth does not list
   */
  public CocoEvaluator(CocoDataset dataset, CocoParams params) throws FormatException {
    this(new GroundTruths(dataset, params), params);
  }

  CocoEvaluator(GroundTruths truths, CocoParams params) {
    this.truths = truths;
    this.params = params;
    this.matcher = ImageMatcher.of(truths, params);
    this.limit = params.maxDets()[params.maxDets().length - 1];
    this.matched = new MatchedDetections[truths.groups()];
    int cells = params.areas().size() * params.iouThresholds().length;
    for (int k = 0; k < matched.length; k++) {
      matched[k] = new MatchedDetections(cells);
    }
  }

  /**
   * {@return an accumulator of a whole result list, on all processors; the result does not depend
   * on their number}
   *
   * @param dataset the ground truth
   * @param results the detections
   * @param params what to evaluate
   * @param warnings takes what is odd
   * @throws FormatException if the ground truth lacks what the type needs, a detection is of an
   *     image that is not listed, or a mask is none; under {@link
   *     dev.dovetail.formats.Strictness#STRICT} also for what is odd
   * @throws IllegalArgumentException if the parameters choose what the ground truth does not list
   */
  public static CocoEvaluator of(
      CocoDataset dataset, CocoResults results, CocoParams params, Warnings warnings)
      throws IOException {
    CocoEvaluator whole = new CocoEvaluator(dataset, params);
    whole.accumulate(results, 0, whole.truths.images(), warnings);
    return whole;
  }

  /**
   * Adds the detections of the images {@code from} to {@code to - 1} of {@link #imageIds}, on all
   * processors.
   *
   * @param results the detections
   * @param from the number of the first image
   * @param to the number after the last image's
   * @param warnings takes what is odd
   * @throws IOException as {@link #of}
   */
  public void accumulate(CocoResults results, int from, int to, Warnings warnings)
      throws IOException {
    truths.check(warnings);
    ResultImages images = new ResultImages(truths, results, warnings);
    merge(
        Slices.collect(
            to - from,
            this::slice,
            (evaluator, i) -> {
              if (!images.isEmpty(from + i)) {
                evaluator.accumulate(images.image(from + i));
              }
            },
            CocoEvaluator::merge));
  }

  /** {@return an empty accumulator over the same ground truth, to be merged later} */
  public CocoEvaluator slice() {
    return new CocoEvaluator(truths, params);
  }

  /**
   * Adds the detections of one image. Detections of a category that is not listed are left out, as
   * by the reference, and so are images that the parameters leave out.
   *
   * @param detections the detections
   * @throws IllegalArgumentException if the image is not in the ground truth or comes a second
   *     time, or masks or keypoints are missing where the type needs them
   */
  public void accumulate(ImageDetections detections) {
    int image = truths.image(detections.imageId());
    if (image < 0) {
      if (truths.listedImage(detections.imageId()) == null) {
        throw new IllegalArgumentException(
            "image " + detections.imageId() + " is not an image of " + truths.source());
      }
      return;
    }
    if (done.get(image)) {
      throw new IllegalArgumentException(
          "image " + truths.imageName(image) + " was accumulated before");
    }
    int[] rows = byCategory(detections, image);
    detections.require(truths.type(), rows, truths.sigmas().length);
    done.set(image);
    int truth = truths.start(image);
    int truthsEnd = truths.start(image + 1);
    if (!params.useCategories()) {
      match(detections, rows, 0, rows.length, truth, truthsEnd, matched[0]);
      return;
    }
    for (int i = 0; i < rows.length; ) {
      int k = truths.category(detections.categoryId(rows[i]));
      int end = i + 1;
      while (end < rows.length && truths.category(detections.categoryId(rows[end])) == k) {
        end++;
      }
      while (truth < truthsEnd && truths.categoryOf(truth) < k) {
        truth++;
      }
      int from = truth;
      while (truth < truthsEnd && truths.categoryOf(truth) == k) {
        truth++;
      }
      match(detections, rows, i, end, from, truth, matched[k]);
      i = end;
    }
  }

  private void match(
      ImageDetections detections,
      int[] rows,
      int from,
      int to,
      int truth,
      int end,
      MatchedDetections out) {
    if (from == to) {
      return;
    }
    ScoreOrder.sort(rows, from, to, detections.scores());
    int n = Math.min(to - from, limit);
    int[] kept = new int[n];
    System.arraycopy(rows, from, kept, 0, n);
    matcher.match(detections, kept, n, truth, end, out);
  }

  /** Rows that take part, by ascending category, else in their order. */
  private int[] byCategory(ImageDetections detections, int image) {
    int[] rows = truths.rows(image, detections);
    int[] category = new int[detections.size()];
    for (int row : rows) {
      category[row] = truths.category(detections.categoryId(row));
    }
    return CountingSort.stable(rows, category, truths.categories());
  }

  /**
   * Adds what another accumulator holds; the other stays as it is.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has another ground truth or other parameters, or an
   *     image is in both
   */
  public void merge(CocoEvaluator other) {
    if (other.truths != truths) {
      throw new IllegalArgumentException(
          "only slices of one evaluation can be merged; make them with slice()");
    }
    markDone(other.done);
    for (int k = 0; k < matched.length; k++) {
      matched[k].addAll(other.matched[k]);
    }
  }

  private void markDone(BitSet images) {
    if (done.intersects(images)) {
      BitSet both = (BitSet) done.clone();
      both.and(images);
      throw new IllegalArgumentException(
          "image " + truths.imageName(both.nextSetBit(0)) + " is in both slices");
    }
    done.or(images);
  }

  /** {@return the ids of the images that are evaluated, ascending: image {@code i} has the i-th} */
  public long[] imageIds() {
    return LongStream.range(0, truths.images()).map(i -> truths.imageId((int) i)).toArray();
  }

  /** {@return the numbers of the images accumulated, among {@link #imageIds}} */
  public BitSet accumulated() {
    return (BitSet) done.clone();
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    for (MatchedDetections category : matched) {
      category.writeTo(out);
    }
  }

  @Override
  public void addFrom(DataInput in) throws IOException {
    BitSet images = new BitSet();
    for (MatchedDetections category : matched) {
      category.addFrom(in, imageId -> images.set(truths.image(imageId)));
    }
    markDone(images);
  }

  /** {@return the evaluation of all that was accumulated; accumulating may go on afterwards} */
  public CocoEvaluation summarise() {
    return new CocoEvaluation(
        params,
        truths.images(),
        truths.groupCategories(),
        PrecisionRecall.curves(truths, params, matched));
  }

  /**
   * {@return what was accumulated, to be weighed image by image; accumulating may go on afterwards}
   */
  public Resamplable resamplable() {
    return new ResampledCoco(truths, params, matched);
  }
}
