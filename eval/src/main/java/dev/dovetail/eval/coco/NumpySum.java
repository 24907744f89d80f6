package dev.dovetail.eval.coco;

/** Adds doubles in the order in which numpy adds them, so that means agree to the last bit. */
final class NumpySum {

  /** numpy's buffer: whole blocks are summed pairwise, their sums from left to right. */
  private static final int BUFFER = 8192;

  private static final int UNROLLED = 128;

  private NumpySum() {}

  /** The mean of the first n values; -1, COCO's word for no value, if there is none. */
  static double meanOrMinusOne(double[] values, int n) {
    if (n == 0) {
      return -1;
    }
    double sum = 0;
    for (int from = 0; from < n; from += BUFFER) {
      sum += pairwise(values, from, Math.min(BUFFER, n - from));
    }
    return sum / n;
  }

  private static double pairwise(double[] a, int from, int n) {
    if (n < 8) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += a[from + i];
      }
      return sum;
    }
    if (n > UNROLLED) {
      int half = n / 2;
      half -= half % 8;
      return pairwise(a, from, half) + pairwise(a, from + half, n - half);
    }
    double[] r = new double[8];
    System.arraycopy(a, from, r, 0, 8);
    int i = 8;
    for (; i < n - n % 8; i += 8) {
      for (int j = 0; j < 8; j++) {
        r[j] += a[from + i + j];
      }
    }
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; i++) {
      sum += a[from + i];
    }
    return sum;
  }
}
