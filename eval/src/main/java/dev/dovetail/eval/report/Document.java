package dev.dovetail.eval.report;

import static j2html.TagCreator.head;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.rawHtml;

import j2html.Config;
import j2html.TagCreator;
import j2html.rendering.FlatHtml;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The parts shared by all pages: the head, styles, scripts and escaping. */
final class Document {

  /** The beginning of the element that identifies a page written by this program. */
  static final String GENERATOR = "<meta name=\"generator\" content=\"Dovetail";

  private static final Config CONFIG = Config.defaults().withTextEscaper(Document::escape);

  private Document() {}

  /**
   * Returns the HTML text of a page.
   *
   * @param styles elements of its head
   * @param contents elements of its body
   * @param kind the CSS class of the body
   */
  static String html(
      String title,
      List<? extends DomContent> styles,
      List<? extends DomContent> contents,
      String kind) {
    DomContent html =
        TagCreator.html(
                head(
                        meta().withCharset("utf-8"),
                        meta().withName("generator").withContent("Dovetail"),
                        meta()
                            .withName("viewport")
                            .withContent("width=device-width, initial-scale=1"),
                        meta().withName("color-scheme").withContent("light dark"),
                        TagCreator.title(title))
                    .with(styles),
                TagCreator.body().withClass(kind).with(contents))
            .withLang("en");
    StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
    try {
      html.render(FlatHtml.into(text, CONFIG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  /** A style sheet of this package, as an element. */
  static DomContent style(String name) {
    return TagCreator.style().with(rawHtml(resource(name)));
  }

  /** A script of this package, as an element. */
  static DomContent script(String name) {
    return TagCreator.script().with(rawHtml(resource(name)));
  }

  /** Returns the text of a resource of this package. */
  static String resource(String name) {
    try (InputStream in = Document.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String escape(String text) {
    StringBuilder into = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> into.append("&lt;");
        case '>' -> into.append("&gt;");
        case '&' -> into.append("&amp;");
        case '"' -> into.append("&quot;");
        // Some parsers reject a page that contains a control character or an unpaired surrogate.
        default -> into.append(isPrintable(text, i) ? c : '\uFFFD');
      }
    }
    return into.toString();
  }

  private static boolean isPrintable(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    return !Character.isISOControl(c) || c == '\n';
  }
}
