package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.report.ReportFolder;
import dev.dovetail.eval.analysis.DetectionAnalysis;
import dev.dovetail.eval.browse.DoubtGallery;
import dev.dovetail.eval.browse.NearDuplicates;
import dev.dovetail.eval.browse.SetGallery;
import dev.dovetail.eval.browse.SetStatistics;
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.gallery.DetectionGallery;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.BrowseSections;
import dev.dovetail.eval.report.GalleryPage;
import dev.dovetail.eval.report.Page;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages about a data set.
 *
 * @param out where they are written
 * @param warnings counts what is odd
 * @param err where progress is shown
 */
record BrowsePages(Path out, BrowsedSet set, Warnings warnings, PrintWriter err) {

  /** Writes them, with predictions also what these contradict. */
  void write(Optional<Path> predictions) throws IOException {
    PhotoFolder photos = new PhotoFolder(set.images(), warnings);
    NearDuplicates duplicates = new NearDuplicates(set.dataset().images().size());
    Optional<DoubtGallery> doubts =
        predictions.isPresent()
            ? Optional.of(new DoubtGallery(detections(predictions.get(), photos), duplicates))
            : Optional.empty();
    GallerySource source =
        doubts.isPresent() ? doubts.get() : new SetGallery(set.dataset(), photos, duplicates);
    String title = "Data set " + set.path().getFileName();
    new ReportFolder(out, Optional.of(set.images())).gallery(title, source, err);
    List<Section> sections =
        new ArrayList<>(BrowseSections.of(SetStatistics.of(set.dataset()), duplicates.pairs()));
    doubts.ifPresent(d -> sections.add(1, BrowseSections.doubts(d.counts(), d.info().score())));
    Map<String, String> about = new LinkedHashMap<>();
    about.put("data set", set.path().toString());
    about.put("images", set.images().toString());
    predictions.ifPresent(file -> about.put("predictions", file.toString()));
    new Page(title, about, sections, GalleryPage.links(source.info()))
        .write(out.resolve(Page.FILE));
  }

  private DetectionGallery detections(Path file, PhotoFolder photos) throws IOException {
    if (set.dataset().categories().isEmpty()) {
      throw new UsageException(
          "PREDICTIONS are compared with annotations, and " + set.path() + " has none");
    }
    CocoResults results = CocoResults.read(file, warnings);
    CocoOverlaps overlaps =
        new CocoOverlaps(
            set.dataset(), results, CocoParams.of(IouType.BBOX), DetectionAnalysis.MAX_DETECTIONS);
    return new DetectionGallery(set.dataset(), overlaps, DetectionAnalysis.of(overlaps), photos);
  }
}
