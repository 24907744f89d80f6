package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.params.CocoParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The arrays of an evaluation: precision and scores {@code [T, R, K, A, M]}, and recall {@code [T,
 * K, A, M]}, by IoU threshold, recall threshold, category, size class and maxDets. Values are -1
 * for a category without ground truth of the size class.
 */
public final class CurveArrays {

  private final int recalls;
  private final int categories;
  private final int areas;
  private final int maxDets;
  private final double[] precision;
  private final double[] scores;
  private final double[] recall;

  CurveArrays(CocoParams params, int categories) {
    this.recalls = params.recallThresholds().length;
    this.categories = categories;
    this.areas = params.areas().size();
    this.maxDets = params.maxDets().length;
    int thresholds = params.iouThresholds().length;
    long cells = (long) thresholds * categories * areas * maxDets;
    if (cells * recalls > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the parameters require "
              + cells * recalls
              + " precision values, too many for one array");
    }
    precision = filled((int) cells * recalls);
    scores = filled((int) cells * recalls);
    recall = filled((int) cells);
  }

  private static double[] filled(int n) {
    double[] values = new double[n];
    Arrays.fill(values, -1);
    return values;
  }

  public void setPoint(int t, int r, int k, int a, int m, double precisionValue, double score) {
    int at = point(t, r, k, a, m);
    precision[at] = precisionValue;
    scores[at] = score;
  }

  public void setRecall(int t, int k, int a, int m, double value) {
    recall[cell(t, k, a, m)] = value;
  }

  public double precision(int t, int r, int k, int a, int m) {
    return precision[point(t, r, k, a, m)];
  }

  public double recall(int t, int k, int a, int m) {
    return recall[cell(t, k, a, m)];
  }

  public double[] precision() {
    return precision;
  }

  public double[] scores() {
    return scores;
  }

  public double[] recall() {
    return recall;
  }

  private int point(int t, int r, int k, int a, int m) {
    return cell(t * recalls + r, k, a, m);
  }

  private int cell(int t, int k, int a, int m) {
    return ((t * categories + k) * areas + a) * maxDets + m;
  }

  /** Returns the SHA-256 of the values as little-endian doubles, in hexadecimal. */
  public static String sha256(double[] values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : values) {
        if (!bytes.hasRemaining()) {
          digest.update(bytes.flip());
          bytes.clear();
        }
        bytes.putDouble(value);
      }
      digest.update(bytes.flip());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
