package dev.dovetail.eval.panoptic;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Matches the segments of one image ({@code pq_compute_single_core} in panopticapi). Two segments
 * of the same category match if their IoU is above 0.5, so no segment can have two matches.
 */
final class SegmentMatcher {

  private static final int VOID = 0;
  private static final double HALF = 0.5;

  private final PanopticAnnotation truth;
  private final PanopticAnnotation prediction;
  private final IdIndex categories;
  private final SegmentPairs pairs;
  private final IdIndex truths;
  private final IdIndex predictions;
  private final long[] area;
  private final int[] partner;
  private final double[] overlap;
  private final boolean[] predictionMatched;

  private SegmentMatcher(
      PanopticAnnotation truth,
      PanopticAnnotation prediction,
      IdIndex categories,
      SegmentPairs pairs) {
    this.truth = truth;
    this.prediction = prediction;
    this.categories = categories;
    this.pairs = pairs;
    this.truths = index(truth);
    this.predictions = index(prediction);
    this.area = new long[predictions.size()];
    this.partner = new int[truths.size()];
    this.overlap = new double[truths.size()];
    Arrays.fill(partner, SegmentFates.NONE);
    this.predictionMatched = new boolean[predictions.size()];
  }

  /**
   * Matches the segments of an image.
   *
   * @param image its index
   * @param categories of the ground truth, in order
   * @throws FormatException if the predicted segments are not those of their map, or have an
   *     unlisted category
   */
  static ImageQuality match(
      int image,
      PanopticAnnotation truth,
      IdMap truthMap,
      PanopticAnnotation prediction,
      IdMap predictionMap,
      IdIndex categories,
      Warnings warnings)
      throws FormatException {
    SegmentPairs pairs = new SegmentPairs(truthMap, predictionMap);
    SegmentMatcher matcher = new SegmentMatcher(truth, prediction, categories, pairs);
    matcher.checkTruth(warnings);
    matcher.checkPrediction();
    return matcher.match(image);
  }

  /** Returns the results of the segments in an image that was matched before. */
  static SegmentFates fates(
      PanopticAnnotation truth,
      IdMap truthMap,
      PanopticAnnotation prediction,
      IdMap predictionMap,
      IdIndex categories)
      throws FormatException {
    SegmentPairs pairs = new SegmentPairs(truthMap, predictionMap);
    SegmentMatcher matcher = new SegmentMatcher(truth, prediction, categories, pairs);
    matcher.checkPrediction();
    matcher.match(0);
    boolean[] wrong = new boolean[matcher.predictionMatched.length];
    matcher.unexcused().forEach(p -> wrong[p] = true);
    return new SegmentFates(matcher.partner, matcher.overlap, wrong);
  }

  private static IdIndex index(PanopticAnnotation annotation) {
    IdIndex index = new IdIndex();
    annotation.segments().forEach(segment -> index.add(segment.id()));
    return index;
  }

  private void checkTruth(Warnings warnings) throws FormatException {
    long[] pixels = new long[truths.size()];
    for (int i = 0; i < pairs.size(); i++) {
      int g = truths.get(pairs.truth(i));
      if (g >= 0) {
        pixels[g] += pairs.pixels(i);
      } else if (pairs.truth(i) != VOID) {
        int id = pairs.truth(i);
        warnings.add(
            "pixels of a true segment that is not listed (neither a segment nor void, as in"
                + " panopticapi)",
            () -> truth.describe() + ": segment " + id + " of the PNG is not in segments_info");
      }
    }
    for (int g = 0; g < pixels.length; g++) {
      PanopticSegment segment = truth.segments().get(g);
      long counted = pixels[g];
      if (counted != segment.area() && !segment.crowd()) {
        warnings.add(
            "true segments whose area is not their number of pixels (the area in the file counts,"
                + " as in panopticapi)",
            () ->
                String.format(
                    Locale.ROOT,
                    "%s: segment %d has area %s and %d pixels",
                    truth.describe(),
                    segment.id(),
                    segment.area(),
                    counted));
      }
    }
  }

  private void checkPrediction() throws FormatException {
    for (int i = 0; i < pairs.size(); i++) {
      int p = predictions.get(pairs.prediction(i));
      if (p >= 0) {
        area[p] += pairs.pixels(i);
      } else if (pairs.prediction(i) != VOID) {
        throw new FormatException(
            prediction.describe()
                + (".segments_info: segment " + pairs.prediction(i))
                + " of the PNG is not listed");
      }
    }
    for (int p = 0; p < area.length; p++) {
      PanopticSegment segment = prediction.segments().get(p);
      String where = prediction.describe() + ".segments_info[" + p + "]";
      if (area[p] == 0) {
        throw new FormatException(
            where + ".id: segment " + segment.id() + " has no pixel in the PNG");
      }
      if (categories.get(segment.categoryId()) < 0) {
        throw new FormatException(
            where
                + (".category_id: the ground truth does not list the category "
                    + segment.categoryId()));
      }
    }
  }

  private ImageQuality match(int image) {
    IntStream.Builder matched = IntStream.builder();
    DoubleStream.Builder ious = DoubleStream.builder();
    for (int i = 0; i < pairs.size(); i++) {
      int g = truths.get(pairs.truth(i));
      int p = predictions.get(pairs.prediction(i));
      if (g < 0 || p < 0) {
        continue;
      }
      PanopticSegment t = truth.segments().get(g);
      if (t.crowd() || t.categoryId() != prediction.segments().get(p).categoryId()) {
        continue;
      }
      double union = area[p] + t.area() - pairs.pixels(i) - onVoid(p);
      double iou = pairs.pixels(i) / union;
      if (iou > HALF) {
        partner[g] = p;
        overlap[g] = iou;
        predictionMatched[p] = true;
        matched.add(categories.get(t.categoryId()));
        ious.add(iou);
      }
    }
    return new ImageQuality(
        image,
        matched.build().toArray(),
        ious.build().toArray(),
        falsePositives(),
        falseNegatives());
  }

  private long onVoid(int p) {
    return pairs.pixels(VOID, prediction.segments().get(p).id());
  }

  private int[] falseNegatives() {
    return IntStream.range(0, partner.length)
        .filter(g -> partner[g] == SegmentFates.NONE && !truth.segments().get(g).crowd())
        .map(g -> categories.get(truth.segments().get(g).categoryId()))
        .filter(category -> category >= 0)
        .toArray();
  }

  private int[] falsePositives() {
    return unexcused()
        .map(p -> categories.get(prediction.segments().get(p).categoryId()))
        .toArray();
  }

  /**
   * Returns the unmatched predicted segments, except those that lie mostly on void or on the last
   * crowd of their category.
   */
  private IntStream unexcused() {
    Map<Long, Long> crowds = new HashMap<>();
    for (PanopticSegment segment : truth.segments()) {
      if (segment.crowd()) {
        crowds.put(segment.categoryId(), segment.id());
      }
    }
    List<PanopticSegment> segments = prediction.segments();
    return IntStream.range(0, predictionMatched.length)
        .filter(p -> !predictionMatched[p])
        .filter(
            p -> {
              PanopticSegment s = segments.get(p);
              Long crowd = crowds.get(s.categoryId());
              long excused = onVoid(p) + (crowd == null ? 0 : pairs.pixels(crowd, s.id()));
              return !((double) excused / area[p] > HALF);
            });
  }
}
