package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.matching.GroundTruths;
import dev.dovetail.eval.coco.matching.MatchedDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.Protocol;
import java.util.stream.IntStream;

/**
 * Computes precision at fixed recalls from matched detections ({@code accumulate} in pycocotools),
 * one category at a time.
 */
public final class PrecisionRecall {

  /**
   * The reference's guard against 0/0. It makes the precision of a single true positive 1 - 2^-52.
   */
  static final double EPS = Math.ulp(1.0);

  private final CocoParams params;
  private final CurveArrays arrays;
  private final MatchedDetections.Cells[] cells;

  private PrecisionRecall(CocoParams params, CurveArrays arrays) {
    this.params = params;
    this.arrays = arrays;
    this.cells = MatchedDetections.Cells.ofAreas(params);
  }

  /** Computes the curves of all groups. */
  public static CurveArrays curves(
      GroundTruths truths, CocoParams params, MatchedDetections[] matched) {
    int groups = matched.length;
    long[][] counted = params.areas().stream().map(truths::counted).toArray(long[][]::new);
    CurveArrays arrays = new CurveArrays(params, groups);
    PrecisionRecall curves = new PrecisionRecall(params, arrays);
    IntStream.range(0, groups).parallel().forEach(k -> curves.category(k, matched[k], counted));
    return arrays;
  }

  private void category(int k, MatchedDetections matched, long[][] counted) {
    int[] order = matched.sorted();
    if (params.protocol() == Protocol.CITYSCAPES) {
      steps(k, matched, order, counted);
      return;
    }
    Curve curve = new Curve(matched, order.length);
    for (int m = 0; m < params.maxDets().length; m++) {
      curve.select(order, params.maxDets()[m]);
      for (int a = 0; a < counted.length; a++) {
        if (counted[a][k] > 0) {
          curve.enter(cells[a]);
          cell(k, a, m, curve, counted[a][k]);
        }
      }
    }
  }

  /** Stores the area under each curve as its only point. */
  private void steps(int k, MatchedDetections matched, int[] order, long[][] counted) {
    int thresholds = params.iouThresholds().length;
    for (int a = 0; a < counted.length; a++) {
      for (int t = 0; t < thresholds && counted[a][k] > 0; t++) {
        StepCurve curve = StepCurve.of(matched, order, a * thresholds + t, counted[a][k]);
        arrays.setRecall(t, k, a, 0, curve.highestRecall());
        arrays.setPoint(t, 0, k, a, 0, curve.area(), 0);
      }
    }
  }

  private void cell(int k, int a, int m, Curve curve, long positives) {
    int[] needed = needed(positives);
    double[] recalls = params.recallThresholds();
    int thresholds = params.iouThresholds().length;
    for (int t = 0; t < thresholds; t++) {
      curve.compute(a * thresholds + t);
      arrays.setRecall(t, k, a, m, (double) curve.found / positives);
      for (int r = 0; r < recalls.length; r++) {
        int i = needed[r];
        boolean reached = i < curve.found;
        double score = recalls[r] <= 0 ? curve.firstScore() : reached ? curve.scores[i] : 0;
        arrays.setPoint(t, r, k, a, m, reached ? curve.precision[i] : 0, score);
      }
    }
  }

  /**
   * Returns the true positive that reaches each recall threshold. Recall rises only at true
   * positives, so the first rank that reaches a threshold above 0 is a true positive. The threshold
   * 0 is reached at the first rank.
   */
  private int[] needed(long positives) {
    double[] recalls = params.recallThresholds();
    int[] needed = new int[recalls.length];
    int i = 0;
    for (int r = 0; r < recalls.length; r++) {
      while (i < positives && (double) (i + 1) / positives < recalls[r]) {
        i++;
      }
      needed[r] = i;
    }
    return needed;
  }

  /**
   * Precision and score at every true positive of one category. Reuses its buffers; not
   * thread-safe.
   */
  private static final class Curve {
    private final MatchedDetections matched;
    private final int[] rows;
    private final int[] mixed;
    private final int[] wrongBefore;
    private final double[] precision;
    private final double[] scores;
    private int n;
    private int mixedSize;
    private int found;

    Curve(MatchedDetections matched, int capacity) {
      this.matched = matched;
      rows = new int[capacity];
      mixed = new int[capacity];
      wrongBefore = new int[capacity];
      precision = new double[capacity];
      scores = new double[capacity];
    }

    /** Keeps the detections that are among the first maxDets of their image. */
    void select(int[] order, int maxDets) {
      n = 0;
      for (int d : order) {
        if (matched.rank(d) < maxDets) {
          rows[n++] = d;
        }
      }
    }

    double firstScore() {
      return n > 0 ? matched.score(rows[0]) : 0;
    }

    /**
     * Separates the detections with the same state at all thresholds of a size class. The many
     * false positives are counted only once, and ignored detections are dropped.
     */
    void enter(MatchedDetections.Cells area) {
      mixedSize = 0;
      int wrong = 0;
      for (int i = 0; i < n; i++) {
        int state = matched.uniform(rows[i], area);
        if (state == MatchedDetections.FALSE_POSITIVE) {
          wrong++;
        } else if (state == MatchedDetections.MIXED) {
          wrongBefore[mixedSize] = wrong;
          mixed[mixedSize++] = rows[i];
        }
      }
    }

    /** Computes one cell of the current size class. */
    void compute(int cell) {
      int right = 0;
      int wrong = 0;
      for (int i = 0; i < mixedSize; i++) {
        int state = matched.state(mixed[i], cell);
        if (state == MatchedDetections.TRUE_POSITIVE) {
          scores[right] = matched.score(mixed[i]);
          right++;
          precision[right - 1] = right / ((double) (wrongBefore[i] + wrong + right) + EPS);
        } else if (state == MatchedDetections.FALSE_POSITIVE) {
          wrong++;
        }
      }
      for (int i = right - 1; i > 0; i--) {
        precision[i - 1] = Math.max(precision[i - 1], precision[i]);
      }
      found = right;
    }
  }
}
