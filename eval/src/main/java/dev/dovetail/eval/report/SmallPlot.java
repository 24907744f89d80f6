package dev.dovetail.eval.report;

import java.util.Arrays;

/** A small plot of one curve with values from 0 to 1, one of many side by side. */
final class SmallPlot {

  private static final int WIDTH = 100;
  private static final int HEIGHT = 70;

  private SmallPlot() {}

  static Svg of(double[] xs, double[] ys) {
    return Svg.of("svg")
        .attr("viewBox", "0 0 " + WIDTH + " " + HEIGHT)
        .attr("aria-hidden", "true")
        .with(
            Chart.rectangle(0, 0, WIDTH, HEIGHT, "ground"),
            Svg.of("path")
                .attr(
                    "d",
                    Plot.path(
                        Arrays.stream(xs).map(x -> 1 + (WIDTH - 2) * x).toArray(),
                        Arrays.stream(ys).map(y -> 2 + (HEIGHT - 4) * (1 - y)).toArray()))
                .attr("class", "series s1"));
  }
}
