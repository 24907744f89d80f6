package dev.dovetail.eval.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.main;
import static j2html.TagCreator.nav;

import dev.dovetail.files.OutputFile;
import j2html.tags.DomContent;
import j2html.tags.specialized.DlTag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A page of HTML that needs no other file and no network: styles, charts (SVG) and the few lines
 * that sort tables are in it.
 *
 * @param title what it is about
 * @param about file names and settings by name
 * @param pages addresses of the other pages of the report by what they show
 */
public record Page(
    String title, Map<String, String> about, List<Section> sections, Map<String, String> pages) {

  /** The name of the file in a folder of its own. */
  public static final String FILE = "index.html";

  /** A page by itself. */
  public Page(String title, Map<String, String> about, List<Section> sections) {
    this(title, about, sections, Map.of());
  }

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
      return new String(in.readNBytes(1024), StandardCharsets.UTF_8).contains(Document.GENERATOR);
    }
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
    DlTag settings = dl();
    about.forEach((name, value) -> settings.with(dt(name), dd(value)));
    List<DomContent> links = new ArrayList<>();
    pages.forEach((name, address) -> links.add(a(name).withHref(address)));
    sections.forEach(section -> links.add(section.link()));
    return Document.html(
        title,
        List.of(Document.style("report.css")),
        List.of(
            header(h1(title), settings),
            nav(links.toArray(DomContent[]::new)),
            main(sections.stream().map(Section::element).toArray(DomContent[]::new)),
            Document.script("sort.js")),
        "numbers");
  }
}
