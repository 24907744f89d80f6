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

/** A confusion matrix and a table of the largest confusions. */
final class ConfusionFigures {

  /** The largest number of columns. More would make a page of several megabytes. */
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
   * Returns the matrix and the table.
   *
   * @param names of rows and columns; those after the classes are not classes
   * @param classes number of classes
   * @param counts {@code [row, column]}: rows are true classes, columns predicted ones
   * @param taken the meaning of a column, such as {@code detected as}
   * @param links to the objects that a cell counts
   */
  static List<DomContent> of(
      List<String> names, int classes, long[][] counts, String taken, PictureLinks links) {
    ConfusionFigures figures = new ConfusionFigures(names, classes, counts, links);
    int[] occurring = figures.occurring();
    int[] shown = Arrays.copyOf(occurring, Math.min(CLASSES, occurring.length));
    String cut =
        shown.length < occurring.length
            ? " The "
                + CLASSES
                + " of "
                + occurring.length
                + " classes with the most confusions are shown."
            : "";
    return List.of(
        Section.paragraph(
            "Rows are true classes, columns the classes that they were "
                + taken
                + ". Classes with the most confusions come first. Classes that do not occur are"
                + " omitted."
                + cut),
        figures.matrix(shown),
        figures.largest(taken));
  }

  /** The classes that occur, by descending number of confusions. */
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

  /** The rows and columns after those of the classes. */
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
