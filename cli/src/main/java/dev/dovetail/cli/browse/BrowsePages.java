package dev.dovetail.cli.browse;

import dev.dovetail.cli.report.ReportFolder;
import dev.dovetail.eval.browse.HashedPhotos;
import dev.dovetail.eval.browse.NearDuplicates;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.GalleryPage;
import dev.dovetail.eval.report.Page;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the pages about a data set.
 *
 * @param out the output directory
 * @param path the path on the command line
 * @param warnings counts irregularities
 * @param err receives progress
 */
record BrowsePages(Path out, Path path, BrowsedSet set, Warnings warnings, PrintWriter err) {

  /**
   * Writes the pages. With predictions, they include annotations that the predictions contradict.
   */
  void write(Optional<Path> predictions) throws IOException {
    PhotoFolder photos = new PhotoFolder(set.images(), warnings);
    BrowsedSet.Pages pages = set.pages(photos, predictions, warnings);
    NearDuplicates duplicates = new NearDuplicates(pages.gallery().images());
    String title = "Data set " + path.toAbsolutePath().normalize().getFileName();
    new ReportFolder(out, Optional.of(set.images()))
        .gallery(title, new HashedPhotos(pages.gallery(), duplicates), err);
    List<Section> sections = pages.sections().apply(duplicates.pairs());
    Map<String, String> about = new LinkedHashMap<>();
    about.put("data set", path.toString());
    about.put("images", set.images().toString());
    predictions.ifPresent(file -> about.put("predictions", file.toString()));
    new Page(title, about, sections, GalleryPage.links(pages.gallery().info()))
        .write(out.resolve(Page.FILE));
  }
}
