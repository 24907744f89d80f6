package dev.dovetail.eval.report;

import java.util.List;

/** A matrix of shares, shown by how strong the colour of each cell is. */
final class HeatMap {

  private static final int LEFT = 92;
  private static final int TOP = 84;
  private static final int RIGHT = 6;

  private HeatMap() {}

  /** A cell: how strong, 0 to 1, and what it says. */
  record Cell(double share, boolean right, String tooltip) {}

  static Svg of(String label, List<String> rows, List<String> columns, Cell[][] cells) {
    double size = Math.min(22, (Chart.WIDTH - LEFT - RIGHT) / (double) columns.size());
    Svg svg = Chart.svg((int) Math.ceil(TOP + size * rows.size() + 6), label);
    for (int c = 0; c < columns.size(); c++) {
      double x = LEFT + size * (c + 0.5) + 4;
      svg.with(
          Chart.text(0, 0, "start", Chart.cut(columns.get(c), TOP - 4))
              .attr("transform",
                  "translate(" + Svg.number(x) + " " + (TOP - 6) + ") rotate(-90)"));
    }
    for (int r = 0; r < rows.size(); r++) {
      double y = TOP + size * r;
      svg.with(
          Chart.text(LEFT - 6, y + size / 2 + 4, "end", Chart.cut(rows.get(r), LEFT - 8)),
          Chart.rectangle(LEFT, y + 0.5, size * columns.size(), size - 1, "ground"));
      for (int c = 0; c < columns.size(); c++) {
        Cell cell = cells[r][c];
        if (cell.share() > 0) {
          svg.with(
              Chart.rectangle(
                      LEFT + size * c + 0.5,
                      y + 0.5,
                      size - 1,
                      size - 1,
                      cell.right() ? "better" : "worse")
                  // The root makes rare confusions visible beside frequent ones.
                  .attr("fill-opacity", 0.12 + 0.88 * Math.sqrt(Math.min(1, cell.share())))
                  .with(Chart.tooltip(cell.tooltip())));
        }
      }
    }
    return svg;
  }
}
