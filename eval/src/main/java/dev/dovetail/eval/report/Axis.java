package dev.dovetail.eval.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * An axis of a {@link Plot}: its range of values and its tick labels.
 *
 * @param low the value at its beginning
 * @param high the value at its end
 * @param logarithmic whether the scale is logarithmic; all values are then above 0
 */
record Axis(String title, double low, double high, boolean logarithmic, List<Tick> ticks) {

  private static final int MOST_TICKS = 6;
  private static final int FEW_DECADES = 2;

  /**
   * The number of characters that fit below a plot and beside it. Longer labels use an exponent.
   */
  private static final int BELOW = 7;

  private static final int BESIDE = 5;

  /** A labeled value of the axis. */
  record Tick(double value, String text) {}

  /** An axis from 0 to 1. */
  static Axis unit(String title) {
    return new Axis(
        title,
        0,
        1,
        false,
        IntStream.rangeClosed(0, 5)
            .mapToObj(i -> new Tick(i / 5.0, String.format(Locale.ROOT, "%.1f", i / 5.0)))
            .toList());
  }

  /** An axis from exactly {@code low} to {@code high}, with round values between them. */
  static Axis exact(String title, double low, double high) {
    double end = high > low ? high : low + 1;
    return linear(title, low, end, step(low, end), BELOW);
  }

  /**
   * An axis that reaches a little beyond both values, so that it begins and ends with round ones.
   */
  static Axis around(String title, double low, double high) {
    double end = high > low ? high : low + (low == 0 ? 1 : Math.abs(low));
    double step = step(low, end);
    return linear(title, step * Math.floor(low / step), step * Math.ceil(end / step), step, BESIDE);
  }

  /** The same on a logarithmic scale. */
  static Axis logarithmic(String title, double low, double high) {
    double first = Math.pow(10, Math.floor(Math.log10(low)));
    double[] factors =
        Math.log10(high / low) > FEW_DECADES ? new double[] {1} : new double[] {1, 2, 5};
    int decades = (int) Math.ceil(Math.log10(high / first)) + 1;
    double[] values =
        IntStream.rangeClosed(0, decades)
            .boxed()
            .flatMapToDouble(d -> Arrays.stream(factors).map(f -> f * first * Math.pow(10, d)))
            .toArray();
    double begin = Arrays.stream(values).filter(v -> v <= low * 1.0001).max().orElse(first);
    double end = Arrays.stream(values).filter(v -> v >= high * 0.9999).min().orElse(high);
    return new Axis(
        title + " (logarithmic)",
        begin,
        end,
        true,
        ticks(Arrays.stream(values), begin, end, BESIDE));
  }

  private static Axis linear(String title, double low, double high, double step, int room) {
    double first = Math.ceil(low / step - 1e-9);
    DoubleStream values = IntStream.range(0, MOST_TICKS + 3).mapToDouble(i -> (first + i) * step);
    return new Axis(title, low, high, false, ticks(values, low, high, room));
  }

  private static List<Tick> ticks(DoubleStream values, double low, double high, int room) {
    double slack = 1e-9 * (high - low);
    double[] shown = values.filter(v -> v >= low - slack && v <= high + slack).toArray();
    boolean plain = Arrays.stream(shown).allMatch(v -> round(v).toPlainString().length() <= room);
    return Arrays.stream(shown)
        .mapToObj(v -> new Tick(v, plain ? round(v).toPlainString() : scientific(round(v))))
        .toList();
  }

  /** The smallest of 1, 2, 5, 10, … that divides the range into few steps. */
  private static double step(double low, double high) {
    double least = (high - low) / (MOST_TICKS - 1);
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    return DoubleStream.of(1, 2, 5)
        .map(f -> f * power)
        .filter(s -> s >= least)
        .findFirst()
        .orElse(10 * power);
  }

  private static BigDecimal round(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded;
  }

  private static String scientific(BigDecimal value) {
    int exponent = value.precision() - value.scale() - 1;
    return value.signum() == 0
        ? "0"
        : value.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** The position of a value: 0 at the beginning of the axis, 1 at its end. */
  double place(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }
}
