package dev.dovetail.eval.report;

import dev.dovetail.files.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A page of HTML that needs no other file and no network: styles, charts (SVG) and the few lines
 * that sort tables are in it.
 *
 * @param title what it is about
 * @param about file names and settings by name
 */
public record Page(String title, Map<String, String> about, List<Section> sections) {

  /** The name of the file in a folder of its own. */
  public static final String FILE = "index.html";

  /** What a page says it is made by begins so, whichever verb it was. */
  private static final String GENERATOR = "Dovetail";

  /**
   * Makes sure, before long work, that the page can be written.
   *
   * @param file the page
   * @throws IOException if its folder is a file or below one, may not be written to, or holds a
   *     page of that name that is not one of these
   */
  public static void check(Path file) throws IOException {
    Path folder = folder(file);
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new IOException(existing + " is a file; the report needs a folder");
    }
    if (Files.exists(file) && !(Files.isRegularFile(file) && isOwn(file))) {
      throw new IOException(
          file + " is there and no report of this program; choose another folder or remove it");
    }
    if (Files.isDirectory(folder)) {
      OutputFile.check(file);
    } else if (!Files.isWritable(existing)) {
      throw new AccessDeniedException(existing.toString());
    }
  }

  private static boolean isOwn(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(1024), StandardCharsets.UTF_8).contains(generator());
    }
  }

  /** The beginning of the element that names the generator. */
  private static String generator() {
    StringBuilder text = new StringBuilder();
    meta("generator", GENERATOR).write(text);
    return text.substring(0, text.lastIndexOf(GENERATOR) + GENERATOR.length());
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  /**
   * Writes the page. Its folder is made if it is missing; an older report is replaced.
   *
   * @param file the page
   * @throws IOException if it cannot be written, or as {@link #check} says
   */
  public void write(Path file) throws IOException {
    check(file);
    OutputFile.createFolder(folder(file));
    OutputFile.write(file, html().getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the text of the page} */
  public String html() {
    Element head =
        Element.of(
            "head",
            Element.of("meta").with("charset", "utf-8"),
            meta("generator", GENERATOR),
            meta("viewport", "width=device-width, initial-scale=1"),
            meta("color-scheme", "light dark"),
            Element.of("title", title),
            Element.of("style").verbatim(resource("report.css")));
    Element settings = Element.of("dl");
    about.forEach((name, value) -> settings.add(Element.of("dt", name), Element.of("dd", value)));
    Element body =
        Element.of(
            "body",
            Element.of("header", Element.of("h1", title), settings),
            Element.of("nav").add(sections.stream().map(Section::link).toList()),
            Element.of("main").add(sections.stream().map(Section::element).toList()),
            Element.of("script").verbatim(resource("sort.js")));
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n");
    Element.of("html", head, body).with("lang", "en").write(html);
    return html.append('\n').toString();
  }

  private static Element meta(String name, String content) {
    return Element.of("meta").with("name", name).with("content", content);
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
