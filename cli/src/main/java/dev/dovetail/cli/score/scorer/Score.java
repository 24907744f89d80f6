package dev.dovetail.cli.score.scorer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.gallery.GallerySource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.eval.report.PictureLinks;
import dev.dovetail.eval.report.Section;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The result of a {@link Scorer}, as text and as JSON with the same numbers. Further processing
 * uses the class of the type, such as {@code CocoScore}.
 */
public interface Score {

  /** Returns the text, line by line. */
  List<String> text();

  /**
   * Returns the metrics as a tree with the keys of {@code eval}'s {@code metrics.json}: fractions
   * with full precision, null for undefined values.
   */
  Map<String, Object> metrics();

  /** Returns the number of scored images, if known. */
  default OptionalInt images() {
    return OptionalInt.empty();
  }

  /** Writes a JSON object with full precision and the keys of the type's reference data. */
  void writeJson(JsonGenerator json) throws IOException;

  /**
   * Returns a function that computes the metrics from the number of times that each image counts,
   * for bootstrap samples. Some types keep the data for this only if {@link OptionGroups#compares}
   * is true.
   */
  Resamplable resamplable();

  /**
   * Returns the sections of a report, the summary first. Their numbers link to the images that they
   * count.
   */
  List<Section> sections(PictureLinks links);

  /**
   * Returns the images behind the metrics; empty if the type has no gallery, or it was not
   * requested.
   *
   * @param photos the image files
   */
  default Optional<GallerySource> gallery(PhotoFolder photos) {
    return Optional.empty();
  }
}
