package dev.dovetail.tasks;

import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A data set for an evaluation.
 *
 * @param images the directory of the images; for a data set in its published layout, its directory,
 *     which is also {@code annotations}
 * @param annotations a file or a directory, depending on the task
 * @param limit the maximum number of images; the first ones in the annotations are used
 * @param warnings counts irregularities in the annotations
 */
public record EvaluationData(Path images, Path annotations, int limit, Warnings warnings) {

  /** Creates a data set without a limit. */
  public EvaluationData(Path images, Path annotations, Warnings warnings) {
    this(images, annotations, Integer.MAX_VALUE, warnings);
  }

  /**
   * Returns a copy with the paths of images and annotations inside the directory, if both are the
   * same directory.
   *
   * @param kind the required kind of annotations
   * @throws DataMismatchException if the layout of the directory is not recognized
   * @throws IOException if the data set lacks images or annotations
   */
  public EvaluationData located(AnnotationKind kind) throws IOException {
    if (!images.equals(annotations)) {
      return this;
    }
    DataPaths located =
        DataPaths.find(images, Split.VALIDATION, kind)
            .orElseThrow(() -> new DataMismatchException(DataPaths.unknown(images)));
    return new EvaluationData(located.images(), located.annotations(), limit, warnings);
  }
}
