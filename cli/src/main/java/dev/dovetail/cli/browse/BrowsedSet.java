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

/** A data set in any format, opened for {@code browse}. */
interface BrowsedSet {

  /**
   * The content of the pages.
   *
   * @param gallery the images
   * @param sections creates the sections of the page of numbers from the pairs of similar images;
   *     called after the gallery has been read
   */
  record Pages(GallerySource gallery, Function<List<Pair>, List<Section>> sections) {}

  /** Returns the directory of the images. */
  Path images();

  /**
   * Returns the content of the pages.
   *
   * @param photos the image files
   * @param predictions the predictions to compare the annotations with
   * @param warnings counts irregularities
   * @throws dev.dovetail.cli.console.UsageException if predictions of this kind cannot be compared
   * @throws IOException if the predictions cannot be read
   */
  Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings) throws IOException;
}
