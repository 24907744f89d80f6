package dev.dovetail.cli.browse;

import dev.dovetail.eval.browse.NearDuplicates.Pair;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.Section;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A data set to look at, whatever its format. */
interface BrowsedSet {

  /**
   * What is shown of it.
   *
   * @param gallery its images
   * @param sections gives the sections of the page of numbers once all images were shown, of the
   *     pairs of images that look alike
   */
  record Pages(GallerySource gallery, Function<List<Pair>, List<Section>> sections) {}

  /** The directory with the images. */
  Path images();

  /**
   * Gives the pages.
   *
   * @param photos the image files
   * @param predictions what the annotations are compared with
   * @param warnings counts what is odd
   * @throws dev.dovetail.cli.console.UsageException if such predictions cannot be compared
   * @throws IOException if they cannot be read
   */
  Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings) throws IOException;
}
