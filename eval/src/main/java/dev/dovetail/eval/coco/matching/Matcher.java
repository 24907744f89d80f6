package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.coco.CocoImage;
import java.util.Arrays;
import java.util.List;

/**
 * Matches the detections of one image and category with its ground truths, greedily by score, for
 * every size class and IoU threshold ({@code evaluateImg} in pycocotools). Reuses its buffers; not
 * thread-safe.
 */
public final class Matcher implements ImageMatcher {

  /**
   * The highest effective threshold. A threshold of 1 thus accepts a perfect overlap with rounding
   * errors.
   */
  private static final double HIGHEST = 1 - 1e-10;

  private final GroundTruths truths;
  private final List<AreaRange> areas;
  private final MatchedDetections.Cells[] cells;
  private final double[] thresholds;
  private final double lowest;
  private final Overlap overlap;

  private double[] overlaps = new double[256];
  private double[] best = new double[64];
  private int[] near = new int[64];
  private int[] order = new int[16];
  private boolean[] taken = new boolean[16];
  private boolean[] outside = new boolean[64];
  private boolean[] unsought = new boolean[64];

  public Matcher(GroundTruths truths, CocoParams params) {
    this.truths = truths;
    this.areas = params.areas();
    this.thresholds =
        Arrays.stream(params.iouThresholds()).map(t -> Math.min(t, HIGHEST)).toArray();
    this.lowest = Arrays.stream(thresholds).min().orElseThrow();
    this.cells = MatchedDetections.Cells.ofAreas(params);
    this.overlap = Overlap.of(truths.type(), lowest);
  }

  @Override
  public void match(
      ImageDetections d, int[] rows, int n, int from, int to, MatchedDetections into) {
    int first = into.append(d.imageId(), n);
    for (int i = 0; i < n; i++) {
      into.set(first + i, d.scores()[rows[i]], i);
    }
    int g = to - from;
    reserve(n, g);
    overlap.fill(truths, from, to, d, rows, n, overlaps);
    CocoImage image = truths.listedImage(d.imageId());
    int nearby = 0;
    for (int i = 0; i < n; i++) {
      unsought[i] = !truths.rules().isExhaustive(image, d.categoryId(rows[i]));
      best[i] = highest(i * g, g);
      if (best[i] >= lowest) {
        near[nearby++] = i;
      }
    }
    for (int a = 0; a < areas.size(); a++) {
      AreaRange range = areas.get(a);
      for (int i = 0; i < n; i++) {
        outside[i] = unsought[i] || !range.contains(d.area(rows[i]));
        if (outside[i] && best[i] < lowest) {
          into.ignore(first + i, cells[a]);
        }
      }
      if (nearby > 0) {
        matchNear(nearby, a, from, to, first, into);
      }
    }
  }

  /**
   * Matches the detections that reach any threshold in one size class. The others are not modified.
   */
  private void matchNear(int nearby, int a, int from, int to, int first, MatchedDetections into) {
    int g = to - from;
    int counted = orderTruths(areas.get(a), from, to);
    for (int t = 0; t < thresholds.length; t++) {
      int cell = a * thresholds.length + t;
      Arrays.fill(taken, 0, g, false);
      for (int k = 0; k < nearby; k++) {
        int i = near[k];
        int m = best[i] < thresholds[t] ? -1 : find(i * g, g, from, counted, thresholds[t]);
        boolean matched = false;
        boolean ignored = false;
        if (m >= 0) {
          taken[order[m]] = true;
          ignored = m >= counted;
          matched = !truths.hasIdZero(from + order[m]);
        }
        if (ignored || (!matched && outside[i])) {
          into.setState(first + i, cell, MatchedDetections.IGNORED);
        } else if (matched) {
          into.setState(first + i, cell, MatchedDetections.TRUE_POSITIVE);
        }
      }
    }
  }

  /** Returns the position in {@link #order} of the ground truth that a detection matches, or -1. */
  private int find(int at, int g, int from, int counted, double threshold) {
    double reached = threshold;
    int m = -1;
    for (int j = 0; j < g; j++) {
      int truth = order[j];
      if (taken[truth] && !truths.isCrowd(from + truth)) {
        continue;
      }
      if (m >= 0 && m < counted && j >= counted) {
        break;
      }
      double o = overlaps[at + truth];
      if (o < reached) {
        continue;
      }
      reached = o;
      m = j;
    }
    return m;
  }

  /** Lists the ground truths that count, then the ignored ones. Returns how many count. */
  private int orderTruths(AreaRange range, int from, int to) {
    int counted = 0;
    for (int t = from; t < to; t++) {
      if (!truths.isIgnored(t, range)) {
        order[counted++] = t - from;
      }
    }
    int n = counted;
    for (int t = from; n < to - from && t < to; t++) {
      if (truths.isIgnored(t, range)) {
        order[n++] = t - from;
      }
    }
    return counted;
  }

  /**
   * Returns the largest overlap of a row; infinity if one is NaN, because NaN passes the
   * comparisons.
   */
  private double highest(int at, int g) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = at; i < at + g; i++) {
      if (Double.isNaN(overlaps[i])) {
        return Double.POSITIVE_INFINITY;
      }
      highest = Math.max(highest, overlaps[i]);
    }
    return highest;
  }

  private void reserve(int n, int g) {
    if (n > best.length) {
      best = new double[2 * n];
      near = new int[2 * n];
      outside = new boolean[2 * n];
      unsought = new boolean[2 * n];
    }
    if (g > order.length) {
      order = new int[2 * g];
      taken = new boolean[2 * g];
    }
    long cells = (long) n * g;
    if (cells > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "an image has "
              + n
              + " detections and "
              + g
              + " ground truths of one category, which is too many");
    }
    if (cells > overlaps.length) {
      overlaps = new double[(int) cells];
    }
  }
}
