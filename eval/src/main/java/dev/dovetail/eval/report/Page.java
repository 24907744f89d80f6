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
 * A self-contained HTML page. It embeds its styles, its charts (SVG) and the script that sorts
 * tables, so it needs no other file and no network.
 *
 * @param title of the page
 * @param about file names and settings by name
 * @param pages addresses of the other pages of the report by name
 */
public record Page(
    String title, Map<String, String> about, List<Section> sections, Map<String, String> pages) {

  /** The name of the file in the report's directory. */
  public static final String FILE = "index.html";

  /** Creates the only page of a report. */
  public Page(String title, Map<String, String> about, List<Section> sections) {
    this(title, about, sections, Map.of());
  }

  /**
   * Checks, before a long computation, that the page can be written.
   *
   * @param file the page
   * @throws IOException if its directory is a file, is below a file, is not writable, or contains a
   *     page of that name that this program did not write
   */
  public static void check(Path file) throws IOException {
    Path folder = folder(file);
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new IOException(existing + " is a file; the report needs a directory");
    }
    if (Files.exists(file) && !(Files.isRegularFile(file) && isOwn(file))) {
      throw new IOException(
          file
              + " exists and is not a report of this program; choose another directory or remove"
              + " the file");
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
   * Writes the page. Creates its directory if it is missing, and replaces an older report.
   *
   * @param file the page
   * @throws IOException if it cannot be written, or for the reasons of {@link #check}
   */
  public void write(Path file) throws IOException {
    check(file);
    OutputFile.createFolder(folder(file));
    OutputFile.write(file, html().getBytes(StandardCharsets.UTF_8));
  }

  /** {@return the HTML text of the page} */
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
