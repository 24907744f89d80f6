package dev.dovetail.tasks;

import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A data set to evaluate on.
 *
 * @param images the folder with the images, or the directory of a data set as it is downloaded,
 *     which then is that of the annotations too
 * @param annotations a file or a folder, as the task needs it
 * @param limit the most images, the first of the annotations
 * @param warnings counts what is odd in the annotations
 */
public record EvaluationData(Path images, Path annotations, int limit, Warnings warnings) {

  /** All images. */
  public EvaluationData(Path images, Path annotations, Warnings warnings) {
    this(images, annotations, Integer.MAX_VALUE, warnings);
  }

  /**
   * The same with the images and annotations found, where both are one directory.
   *
   * @param kind what the annotations are to tell
   * @throws DataMismatchException if the directory is of no data set that is known
   * @throws IOException if the data set lacks images or annotations
   */
  public EvaluationData located(AnnotationKind kind) throws IOException {
    if (!images.equals(annotations)) {
      return this;
    }
    DataPaths found =
        DataPaths.find(images, Split.VALIDATION, kind)
            .orElseThrow(() -> new DataMismatchException(DataPaths.unknown(images)));
    return new EvaluationData(found.images(), found.annotations(), limit, warnings);
  }
}
