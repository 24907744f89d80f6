package dev.dovetail.eval.report;

import static j2html.TagCreator.b;
import static j2html.TagCreator.div;
import static j2html.TagCreator.span;

import dev.dovetail.eval.TextTable;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;

/** The most important numbers of a report, in large type. */
final class Tiles {

  private final DivTag tiles = div().withClass("tiles");

  Tiles add(String name, String value) {
    tiles.with(div(b(value), span(name)).withClass("tile"));
    return this;
  }

  /** Adds a fraction in percent; a dash for NaN. */
  Tiles percent(String name, double value, int decimals) {
    return add(name, Double.isNaN(value) ? "–" : TextTable.fixed(100 * value, decimals));
  }

  DomContent element() {
    return tiles;
  }
}
