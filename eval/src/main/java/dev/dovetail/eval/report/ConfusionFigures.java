package dev.dovetail.eval.report;

import dev.dovetail.eval.TextTable;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A confusion matrix: a heat map of the classes most confused, and the largest confusions. */
final class ConfusionFigures {

  private static final int CLASSES = 16;
  private static final int ROWS = 40;

  private final List<String> names;
  private final int classes;
  private final long[][] counts;
  private final long[] totals;

  private ConfusionFigures(List<String> names, int classes, long[][] counts) {
    this.names = names;
    this.classes = classes;
    this.counts = counts;
    this.totals = Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).toArray();
  }

  /**
   * Heat map and table.
   *
   * @param names of rows and columns; beyond the classes, of what is no class
   * @param classes number of classes
   * @param counts {@code [row, column]}: rows are what is, columns what was taken for it
   * @param things what is counted
   * @param taken what a column means, such as {@code detected as}
   */
  static DomContent of(List<String> names, int classes, long[][] counts, String things, String taken) {
    ConfusionFigures figures = new ConfusionFigures(names, classes, counts);
    return Section.figures(
        Section.figure(
            "Rows are what is, columns what it was "
                + taken
                + "; the classes confused most, share of the row's "
                + things,
            figures.heatMap(taken)),
        figures.table(taken));
  }

  private DomContent heatMap(String taken) {
    int[] shown = mostConfused();
    List<String> shownNames = Arrays.stream(shown).mapToObj(names::get).toList();
    HeatMap.Cell[][] cells = new HeatMap.Cell[shown.length][shown.length];
    for (int r = 0; r < shown.length; r++) {
      for (int c = 0; c < shown.length; c++) {
        long count = counts[shown[r]][shown[c]];
        double share = totals[shown[r]] == 0 ? 0 : count / (double) totals[shown[r]];
        cells[r][c] =
            new HeatMap.Cell(
                share,
                shown[r] == shown[c],
                names.get(shown[r])
                    + (" " + taken + " " + names.get(shown[c]) + ": " + count)
                    + (" (" + TextTable.fixed(100 * share, 1) + " %)"));
      }
    }
    return HeatMap.of("Confusion matrix", shownNames, shownNames, cells);
  }

  /** The classes with the most counts off the diagonal, and what is no class, in their order. */
  private int[] mostConfused() {
    long[] confused = new long[classes];
    for (int r = 0; r < classes; r++) {
      for (int c = 0; c < classes; c++) {
        if (r != c) {
          confused[r] += counts[r][c];
          confused[c] += counts[r][c];
        }
      }
    }
    IntStream most =
        IntStream.range(0, classes)
            .boxed()
            .sorted(Comparator.comparingLong((Integer k) -> confused[k]).reversed())
            .limit(CLASSES)
            .mapToInt(k -> k)
            .sorted();
    return IntStream.concat(most, IntStream.range(classes, names.size())).toArray();
  }

  private DomContent table(String taken) {
    HtmlTable table = new HtmlTable(List.of("is", taken, "count", "share"));
    List<int[]> cells = new ArrayList<>();
    for (int r = 0; r < classes; r++) {
      for (int c = 0; c < classes; c++) {
        if (r != c && counts[r][c] > 0) {
          cells.add(new int[] {r, c});
        }
      }
    }
    cells.sort(Comparator.comparingLong((int[] cell) -> counts[cell[0]][cell[1]]).reversed());
    for (int[] cell : cells.subList(0, Math.min(ROWS, cells.size()))) {
      long count = counts[cell[0]][cell[1]];
      table.row(
          names.get(cell[0]),
          List.of(
              HtmlTable.text(names.get(cell[1])),
              HtmlTable.count(count),
              HtmlTable.percent(count / (double) totals[cell[0]])));
    }
    return table.tall();
  }
}
