package dev.dovetail.eval.report;

import static j2html.TagCreator.td;

import dev.dovetail.eval.TextTable;
import j2html.tags.DomContent;
import j2html.tags.specialized.TdTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A confusion matrix with its numbers, and the largest confusions. */
final class ConfusionFigures {

  /** More columns would be a page of megabytes. */
  private static final int CLASSES = 60;

  private static final int ROWS = 40;

  private final List<String> names;
  private final int classes;
  private final long[][] counts;
  private final long[] totals;
  private final PictureLinks links;

  private ConfusionFigures(List<String> names, int classes, long[][] counts, PictureLinks links) {
    this.names = names;
    this.classes = classes;
    this.counts = counts;
    this.totals = Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).toArray();
    this.links = links;
  }

  /**
   * Matrix and table.
   *
   * @param names of rows and columns; beyond the classes, of what is no class
   * @param classes number of classes
   * @param counts {@code [row, column]}: rows are what is, columns what was taken for it
   * @param taken what a column means, such as {@code detected as}
   * @param links to what a cell counts
   */
  static List<DomContent> of(
      List<String> names, int classes, long[][] counts, String taken, PictureLinks links) {
    ConfusionFigures figures = new ConfusionFigures(names, classes, counts, links);
    int[] occurring = figures.occurring();
    int[] shown = Arrays.copyOf(occurring, Math.min(CLASSES, occurring.length));
    String cut =
        shown.length < occurring.length
            ? " The " + CLASSES + " of " + occurring.length + " classes that are confused most."
            : "";
    return List.of(
        Section.paragraph(
            "Rows are what is, columns what it was "
                + taken
                + ". Classes that are confused most stand first; a class that does not occur is"
                + " left out."
                + cut),
        figures.matrix(shown),
        figures.largest(taken));
  }

  /** The classes that occur, by descending confusions. */
  private int[] occurring() {
    long[] confused = new long[classes];
    long[] any = new long[classes];
    for (int r = 0; r < names.size(); r++) {
      for (int c = 0; c < names.size(); c++) {
        add(any, r, counts[r][c]);
        add(any, c, counts[r][c]);
        if (r != c && r < classes && c < classes) {
          confused[r] += counts[r][c];
          confused[c] += counts[r][c];
        }
      }
    }
    return IntStream.range(0, classes)
        .filter(k -> any[k] > 0)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer k) -> confused[k])
                .thenComparingLong(k -> any[k])
                .reversed())
        .mapToInt(k -> k)
        .toArray();
  }

  private void add(long[] sums, int k, long count) {
    if (k < classes) {
      sums[k] += count;
    }
  }

  private DomContent matrix(int[] shown) {
    return MatrixTable.of(
        names, IntStream.concat(Arrays.stream(shown), beyond()).toArray(), this::cell);
  }

  private TdTag cell(int r, int c) {
    long count = counts[r][c];
    if (count == 0) {
      return td();
    }
    double share = count / (double) totals[r];
    return MatrixTable.cell(
        links.confusion(r, c, Long.toString(count)),
        r == c ? "right" : "wrong",
        share,
        names.get(r)
            + (" → " + names.get(c) + ": " + count)
            + (" (" + TextTable.fixed(100 * share, 1) + " %)"));
  }

  /** The rows and columns of what is no class. */
  private IntStream beyond() {
    return IntStream.range(classes, names.size());
  }

  private DomContent largest(String taken) {
    HtmlTable table = new HtmlTable(List.of("is", taken, "count", "share of the row"));
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
              td(links.confusion(cell[0], cell[1], Long.toString(count))).withClass("n"),
              HtmlTable.percent(count / (double) totals[cell[0]])));
    }
    return Section.figure("The largest confusions", table.tall());
  }
}
