package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.dialog;
import static j2html.TagCreator.div;
import static j2html.TagCreator.form;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.header;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.main;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.p;
import static j2html.TagCreator.select;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import dev.dovetail.eval.gallery.GalleryInfo;
import dev.dovetail.files.OutputFile;
import j2html.TagCreator;
import j2html.tags.DomContent;
import j2html.tags.specialized.ButtonTag;
import j2html.tags.specialized.InputTag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page that shows the images and objects of a report. Its data is in the directory {@link
 * dev.dovetail.eval.gallery.GalleryFolder#NAME} beside it.
 *
 * @param title of the report
 */
public record GalleryPage(String title) {

  /** The name of the file in the report's directory. */
  public static final String FILE = "pictures.html";

  /** The address of the page with images, the worst first. */
  public static final String IMAGES = FILE + "#view=images";

  /** The address of the page with wrong objects. */
  public static final String OBJECTS = FILE + "#view=objects";

  /**
   * {@return the addresses of the page's views by name}
   *
   * @param info of the gallery
   */
  public static Map<String, String> links(GalleryInfo info) {
    Map<String, String> links = new LinkedHashMap<>();
    if (info.isOfWholeImages()) {
      links.put("Images", OBJECTS);
    } else {
      links.put("Images", IMAGES);
      links.put("Objects", OBJECTS);
    }
    return links;
  }

  /**
   * Writes the page.
   *
   * @param report the directory of the report
   * @throws IOException if it cannot be written
   */
  public void write(Path report) throws IOException {
    OutputFile.write(report.resolve(FILE), html().getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the HTML text of the page} */
  String html() {
    return Document.html(
        title,
        List.of(Document.style("report.css"), Document.style("gallery.css")),
        List.of(
            header(h1(title)),
            nav(
                a("Numbers").withHref(Page.FILE),
                a("Images").withHref("#view=images").withData("view", "images"),
                a("Objects").withHref("#view=objects").withData("view", "objects")),
            main(
                filters(),
                div().withId("kinds"),
                p("Reading …").withId("status").attr("role", "status"),
                noscript(p("This page needs JavaScript. The page of numbers works without it.")),
                div().withId("grid"),
                div(button("previous", "previous"), span().withId("page"), button("next", "next"))
                    .withId("pager")),
            viewer(),
            Document.script("gallery.js"),
            Document.script("viewer.js")),
        "gallery");
  }

  private static DomContent filters() {
    return form(
            labelled("class", select().withId("class")),
            objects(labelled("size", select().withId("size"))),
            scores(labelled("score from", number("min"))),
            scores(labelled("score to", number("max"))),
            labelled("file name", input().withType("search").withId("name")),
            labelled("order", select().withId("sort")),
            button("confusion", ""))
        .withId("filters");
  }

  private static DomContent labelled(String name, DomContent control) {
    return label(span(name), control);
  }

  /** A control that is shown only in the view of objects. */
  private static DomContent objects(DomContent control) {
    return div(control).attr("data-objects");
  }

  /** A control that is shown only for objects with scores. */
  private static DomContent scores(DomContent control) {
    return div(control).attr("data-scores");
  }

  private static InputTag number(String id) {
    return input().withType("number").withStep("0.05").withId(id);
  }

  private static ButtonTag button(String id, String text) {
    return TagCreator.button(text).withType("button").withId(id);
  }

  private static DomContent viewer() {
    InputTag least =
        input().withType("range").withMin("0").withMax("1").withStep("0.01").withId("viewer-min");
    InputTag labels = input().withType("checkbox").withId("viewer-labels").isChecked();
    return dialog(
            div(
                    h2().withId("viewer-name"),
                    button("viewer-previous", "◀ previous"),
                    button("viewer-next", "next ▶"),
                    button("viewer-close", "close"))
                .withClass("bar"),
            p().withId("viewer-note"),
            div(
                    label(span("score from"), least, span().withId("viewer-score"))
                        .withId("viewer-minimum"),
                    label(labels, span("labels")))
                .withClass("bar"),
            div().withId("viewer-panels"),
            div().withId("viewer-legend"),
            div(table(
                    thead(
                        tr(
                            th("kind"),
                            th("class"),
                            th().withId("viewer-overlap"),
                            th("area in pixels"))),
                    tbody().withId("viewer-rows")))
                .withId("viewer-list")
                .withClass("scroll"))
        .withId("viewer")
        .attr("aria-labelledby", "viewer-name");
  }
}
