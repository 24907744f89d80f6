package dev.dovetail.cli.report;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.score.scorer.Score;
import dev.dovetail.eval.gallery.GalleryFolder;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.BoundarySection;
import dev.dovetail.eval.report.GalleryPage;
import dev.dovetail.eval.report.Page;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Warnings;
import dev.dovetail.images.ReducedPictures;
import dev.dovetail.images.draw.Palette;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A report: a page of numbers and, if images are available, a page that shows them.
 *
 * @param folder the output directory
 * @param images the directory of images; empty for a report without images
 */
public record ReportFolder(Path folder, Optional<Path> images) {

  /**
   * Checks that the report can be written, before the run starts.
   *
   * @throws IOException if it cannot be written
   */
  public void check() throws IOException {
    Page.check(folder.resolve(Page.FILE));
  }

  /**
   * Writes the pages.
   *
   * @param about file names and settings by name
   * @param warnings counts unreadable images
   * @param err receives progress
   */
  public void write(
      String title, Map<String, String> about, Score score, Warnings warnings, PrintWriter err)
      throws IOException {
    check();
    Optional<GallerySource> source =
        images.flatMap(dir -> score.gallery(new PhotoFolder(dir, warnings)));
    Map<String, String> pages = Map.of();
    if (source.isPresent()) {
      gallery(title, source.get(), err);
      pages = GalleryPage.links(source.get().info());
    }
    PictureLinks links = source.isPresent() ? PictureLinks.GALLERY : PictureLinks.NONE;
    List<Section> sections = new ArrayList<>(score.sections(links));
    source
        .map(GallerySource::totals)
        .filter(totals -> !totals.isEmpty())
        .ifPresent(totals -> sections.add(BoundarySection.of(totals)));
    new Page(title, about, sections, pages).write(folder.resolve(Page.FILE));
  }

  /**
   * Writes the page that shows images, and its data.
   *
   * @param err receives progress
   */
  public void gallery(String title, GallerySource source, PrintWriter err) throws IOException {
    try (ConsoleProgress progress = ConsoleProgress.of(err, "pictures")) {
      progress.start(source.images(), 0);
      Palette palette = Palette.distinct();
      ReducedPictures pictures = new ReducedPictures(k -> palette.colour(k).rgb());
      GalleryFolder.write(folder, pictures, source, progress::step);
    }
    new GalleryPage(title).write(folder);
  }
}
