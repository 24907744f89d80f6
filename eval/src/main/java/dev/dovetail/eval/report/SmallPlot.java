package dev.dovetail.eval.report;

/** A curve alone in its frame of values from 0 to 1, one of many beside each other. */
final class SmallPlot {

  private static final int WIDTH = 100;
  private static final int HEIGHT = 70;

  private SmallPlot() {}

  static Element of(double[] xs, double[] ys) {
    return Element.of("svg")
        .with("viewBox", "0 0 " + WIDTH + " " + HEIGHT)
        .with("aria-hidden", "true")
        .add(
            Chart.rectangle(0, 0, WIDTH, HEIGHT, "ground"),
            Element.of("path")
                .with("d", UnitPlot.path(xs, ys, 1, 2, WIDTH - 2, HEIGHT - 4))
                .with("class", "series s1"));
  }
}
