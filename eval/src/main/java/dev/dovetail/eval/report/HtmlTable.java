package dev.dovetail.eval.report;

import dev.dovetail.eval.TextTable;
import java.util.List;

/** A table with a sticky first column, whose columns a reader can sort by. */
final class HtmlTable {

  private final Element body = Element.of("tbody");
  private final Element head = Element.of("tr");

  HtmlTable(List<String> columns) {
    for (String column : columns) {
      head.add(Element.of("th", column).with("scope", "col"));
    }
  }

  /** Adds a row; the first cell names it. */
  HtmlTable row(String name, List<Element> cells) {
    body.add(Element.of("tr", Element.of("th", name).with("scope", "row")).add(cells));
    return this;
  }

  /** A cell of text. */
  static Element text(String text) {
    return Element.of("td", text);
  }

  static Element count(long count) {
    return numeric(Long.toString(count));
  }

  /** A fraction in percent; a dash for none. */
  static Element percent(double value) {
    return Double.isNaN(value) ? numeric("–") : numeric(TextTable.fixed(100 * value, 1));
  }

  /** The same with a bar behind it. */
  static Element bar(double value) {
    Element cell = percent(value);
    if (value > 0) {
      cell.with("style", "--share:" + Element.number(100 * Math.min(1, value)) + "%");
    }
    return cell;
  }

  /** A difference of fractions in percent points, with its sign. */
  static Element signed(double value) {
    return Double.isNaN(value) ? numeric("–") : numeric(points(value));
  }

  static String points(double value) {
    return (value > 0 ? "+" : "") + TextTable.fixed(100 * value, 2);
  }

  static Element numeric(String text) {
    return text(text).with("class", "n");
  }

  Element element() {
    return element("scroll");
  }

  /** The same for many rows, which scroll below their heads. */
  Element tall() {
    return element("scroll tall");
  }

  private Element element(String style) {
    Element table = Element.of("table", Element.of("thead", head), body).with("class", "sortable");
    return Element.of("div", table).with("class", style).with("tabindex", "0");
  }
}
