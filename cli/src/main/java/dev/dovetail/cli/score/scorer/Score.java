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
 * What a {@link Scorer} found: the same numbers as text and as JSON. What is done with a result
 * beyond printing it works on the implementation of its type, such as {@code CocoScore}.
 */
public interface Score {

  /** What a reader sees, line by line. */
  List<String> text();

  /**
   * The numbers as a tree by their names, of the keys that {@code metrics.json} of {@code eval}
   * has: fractions with every digit, null for no value.
   */
  Map<String, Object> metrics();

  /** How many images were scored, where that is known. */
  default OptionalInt images() {
    return OptionalInt.empty();
  }

  /** Writes one object with every digit, of the keys that the type's fixtures have. */
  void writeJson(JsonGenerator json) throws IOException;

  /**
   * The numbers for images that count any number of times. Types that keep no images for it do so
   * where {@link OptionGroups#compares} says so.
   */
  Resamplable resamplable();

  /** The sections of a report, the summary first; their numbers link to what they count. */
  List<Section> sections(PictureLinks links);

  /**
   * The images behind the numbers; empty where the type has no gallery, or it was not asked for.
   *
   * @param photos the image files
   */
  default Optional<GallerySource> gallery(PhotoFolder photos) {
    return Optional.empty();
  }
}
