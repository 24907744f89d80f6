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
 * Accumulates detections image by image and summarizes them like the COCO tools.
 *
 * <p>A data set can be split into any slices: {@link #slice} returns an empty accumulator for the
 * same ground truth, and {@link #merge} joins two. The result is bit-identical for any slicing and
 * order of the images. Images that were not accumulated count as images without detections; select
 * {@link CocoParams#imageIds} to exclude them. Not thread-safe.
 */
public final class CocoEvaluator implements Accumulator {

  private final GroundTruths truths;
  private final CocoParams params;
  private final ImageMatcher matcher;
  private final MatchedDetections[] matched;
  private final BitSet done = new BitSet();
  private final int limit;

  /**
   * Creates an empty accumulator.
   *
   * @param dataset the ground truth
   * @param params the parameters of the evaluation
   * @throws FormatException if an annotation lacks a field that the type requires
   * @throws IllegalArgumentException if the parameters select images or categories that the ground
   *     truth does not list
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
   * {@return an accumulator of a whole list of results, computed on all processors} The result does
   * not depend on the number of processors.
   *
   * @param dataset the ground truth
   * @param results the detections
   * @param params the parameters of the evaluation
   * @param warnings collects anomalies
   * @throws FormatException if the ground truth lacks a field that the type requires, a detection
   *     is of an unlisted image, or a mask is invalid; with {@link
   *     dev.dovetail.formats.Strictness#STRICT}, also for anomalies
   * @throws IllegalArgumentException if the parameters select images or categories that the ground
   *     truth does not list
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
   * @param from the index of the first image
   * @param to the index after the last image
   * @param warnings collects anomalies
   * @throws IOException for the reasons of {@link #of}
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

  /** {@return an empty accumulator for the same ground truth, to be merged later} */
  public CocoEvaluator slice() {
    return new CocoEvaluator(truths, params);
  }

  /**
   * Adds the detections of one image. As in the reference, detections of unlisted categories are
   * ignored. Images that the parameters exclude are ignored, too.
   *
   * @param detections the detections
   * @throws IllegalArgumentException if the image is not in the ground truth or was accumulated
   *     before, or if masks or keypoints are missing although the type requires them
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

  /** Returns the evaluated rows by ascending category, otherwise in their order. */
  private int[] byCategory(ImageDetections detections, int image) {
    int[] rows = truths.rows(image, detections);
    int[] category = new int[detections.size()];
    for (int row : rows) {
      category[row] = truths.category(detections.categoryId(row));
    }
    return CountingSort.stable(rows, category, truths.categories());
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   * @throws IllegalArgumentException if it has another ground truth or other parameters, or if an
   *     image is in both
   */
  public void merge(CocoEvaluator other) {
    if (other.truths != truths) {
      throw new IllegalArgumentException(
          "only slices of the same evaluation can be merged; create them with slice()");
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

  /**
   * {@return the ids of the evaluated images, ascending; the i-th id is that of image {@code i}}
   */
  public long[] imageIds() {
    return LongStream.range(0, truths.images()).map(i -> truths.imageId((int) i)).toArray();
  }

  /** {@return the indices of the accumulated images in {@link #imageIds}} */
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

  /** {@return the evaluation of all accumulated images; more can be accumulated afterwards} */
  public CocoEvaluation summarise() {
    return new CocoEvaluation(
        params,
        truths.images(),
        truths.groupCategories(),
        PrecisionRecall.curves(truths, params, matched));
  }

  /** {@return the accumulated images with a weight for each; more can be accumulated afterwards} */
  public Resamplable resamplable() {
    return new ResampledCoco(truths, params, matched);
  }
}
