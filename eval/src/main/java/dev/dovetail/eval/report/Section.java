package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.summary;

import j2html.TagCreator;
import j2html.tags.DomContent;
import java.util.List;

/** A part of a {@link Page} under its own heading. */
public final class Section {

  private final String id;
  private final String title;
  private final List<DomContent> contents;

  Section(String id, String title, List<? extends DomContent> contents) {
    this.id = id;
    this.title = title;
    this.contents = List.copyOf(contents);
  }

  /** The link to the section in the page's header. */
  DomContent link() {
    return a(title).withHref("#" + id);
  }

  DomContent element() {
    return section(h2(title)).withId(id).with(contents);
  }

  static DomContent paragraph(String text) {
    return p(text);
  }

  /** Contents that are collapsed until the reader opens them. */
  static DomContent details(String summary, DomContent... contents) {
    return TagCreator.details(summary(summary)).with(contents);
  }

  /** A chart with a caption. */
  static DomContent figure(String caption, DomContent chart) {
    return TagCreator.figure(figcaption(caption), chart);
  }

  /** Figures side by side, if the page is wide enough. */
  static DomContent figures(DomContent... figures) {
    return div(figures).withClass("figures");
  }
}
