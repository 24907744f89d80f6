package dev.dovetail.eval;

/** Sums doubles in the same order as NumPy, so that means are equal to NumPy's to the last bit. */
public final class NumpySum {

  /**
   * The size of NumPy's buffer. Each full block is summed pairwise, and the sums are added from
   * left to right.
   */
  private static final int BUFFER = 8192;

  private static final int UNROLLED = 128;
  private static final int LANES = 8;

  private NumpySum() {}

  /**
   * {@return the sum of the first n values, equal to that of {@code numpy.sum} in NumPy 1.24}
   *
   * @param values the values
   * @param n the number of values to add
   */
  public static double of(double[] values, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += BUFFER) {
      sum += pairwise(values, from, Math.min(BUFFER, n - from));
    }
    return sum;
  }

  private static double pairwise(double[] a, int from, int n) {
    if (n < LANES) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += a[from + i];
      }
      return sum;
    }
    if (n > UNROLLED) {
      int half = n / 2;
      half -= half % LANES;
      return pairwise(a, from, half) + pairwise(a, from + half, n - half);
    }
    double[] r = new double[LANES];
    System.arraycopy(a, from, r, 0, LANES);
    int i = LANES;
    for (; i < n - n % LANES; i += LANES) {
      for (int j = 0; j < LANES; j++) {
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
