package dev.dovetail.eval.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import dev.dovetail.eval.TextTable;
import j2html.tags.DomContent;
import j2html.tags.specialized.TbodyTag;
import j2html.tags.specialized.TdTag;
import j2html.tags.specialized.TrTag;
import java.util.List;

/** A table with a sticky first column that the reader can sort by any column. */
final class HtmlTable {

  private final TbodyTag body = tbody();
  private final TrTag head = tr();

  HtmlTable(List<String> columns) {
    for (String column : columns) {
      head.with(th(column).withScope("col"));
    }
  }

  /** Adds a row; the first cell names it. */
  HtmlTable row(String name, List<? extends DomContent> cells) {
    body.with(tr(th(name).withScope("row")).with(cells));
    return this;
  }

  /** A cell of text. */
  static TdTag text(String text) {
    return td(text);
  }

  static TdTag count(long count) {
    return numeric(Long.toString(count));
  }

  /** A fraction in percent; a dash for NaN. */
  static TdTag percent(double value) {
    return Double.isNaN(value) ? numeric("–") : numeric(TextTable.fixed(100 * value, 1));
  }

  /** A fraction in percent with a bar behind it. */
  static TdTag bar(double value) {
    TdTag cell = percent(value);
    return value > 0
        ? cell.withStyle("--share:" + Svg.number(100 * Math.min(1, value)) + "%")
        : cell;
  }

  /** A difference of fractions in percentage points, with its sign. */
  static TdTag signed(double value) {
    return Double.isNaN(value) ? numeric("–") : numeric(points(value));
  }

  static String points(double value) {
    return (value > 0 ? "+" : "") + TextTable.fixed(100 * value, 2);
  }

  static TdTag numeric(String text) {
    return text(text).withClass("n");
  }

  DomContent element() {
    return element("scroll");
  }

  /** The element of a long table, whose rows scroll below the headings. */
  DomContent tall() {
    return element("scroll tall");
  }

  private DomContent element(String style) {
    return div(table(thead(head), body).withClass("sortable")).withClass(style).withTabindex(0);
  }
}
