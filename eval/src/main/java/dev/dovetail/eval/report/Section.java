package dev.dovetail.eval.report;

import java.util.List;

/** A part of a {@link Page} under a heading of its own. */
public final class Section {

  private final String id;
  private final String title;
  private final List<Element> contents;

  Section(String id, String title, List<Element> contents) {
    this.id = id;
    this.title = title;
    this.contents = List.copyOf(contents);
  }

  /** The link to the section for the head of the page. */
  Element link() {
    return Element.of("a", title).with("href", "#" + id);
  }

  Element element() {
    return Element.of("section", Element.of("h2", title)).with("id", id).add(contents);
  }

  static Element paragraph(String text) {
    return Element.of("p", text);
  }

  /** What is shown only when asked for. */
  static Element details(String summary, Element... contents) {
    return Element.of("details", Element.of("summary", summary)).add(contents);
  }

  /** A chart with a line that says what it shows. */
  static Element figure(String caption, Element chart) {
    return Element.of("figure", Element.of("figcaption", caption), chart);
  }

  /** Figures beside each other where there is room. */
  static Element figures(Element... figures) {
    return Element.of("div", figures).with("class", "figures");
  }
}
