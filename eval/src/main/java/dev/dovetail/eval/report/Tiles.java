package dev.dovetail.eval.report;

import dev.dovetail.eval.TextTable;

/** Numbers that a reader should see first. */
final class Tiles {

  private final Element tiles = Element.of("div").with("class", "tiles");

  Tiles add(String name, String value) {
    tiles.add(
        Element.of("div", Element.of("b", value), Element.of("span", name)).with("class", "tile"));
    return this;
  }

  /** Adds a fraction in percent; a dash for none. */
  Tiles percent(String name, double value, int decimals) {
    return add(name, Double.isNaN(value) ? "–" : TextTable.fixed(100 * value, decimals));
  }

  Element element() {
    return tiles;
  }
}
