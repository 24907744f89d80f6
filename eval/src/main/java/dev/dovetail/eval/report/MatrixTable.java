package dev.dovetail.eval.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import j2html.tags.specialized.TdTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.List;

/** A square table of numbers by two classes. Larger numbers have stronger colors. */
final class MatrixTable {

  private MatrixTable() {}

  /** Creates the cell of a row and a column. */
  interface Cells {
    TdTag at(int row, int column);
  }

  /**
   * Returns the table.
   *
   * @param names of all classes
   * @param shown the classes of the rows and columns, in order
   */
  static DomContent of(List<String> names, int[] shown, Cells cells) {
    TrTag head = tr(td());
    for (int c : shown) {
      head.with(th(div(names.get(c))).withScope("col").withTitle(names.get(c)));
    }
    List<TrTag> rows = new ArrayList<>();
    for (int r : shown) {
      TrTag row = tr(th(names.get(r)).withScope("row").withTitle(names.get(r)));
      for (int c : shown) {
        row.with(cells.at(r, c));
      }
      rows.add(row);
    }
    return div(table(thead(head), tbody().with(rows)).withClass("matrix"))
        .withClass("scroll tall")
        .withTabindex(0);
  }

  /**
   * Returns a cell.
   *
   * @param style {@code right} or {@code wrong}
   * @param share the strength of its color, 0 to 1
   */
  static TdTag cell(DomContent shown, String style, double share, String title) {
    // The square root keeps rare values visible beside frequent ones.
    return td(shown)
        .withClass(style)
        .withStyle("--share:" + Svg.number(100 * Math.sqrt(share)) + "%")
        .withTitle(title);
  }
}
