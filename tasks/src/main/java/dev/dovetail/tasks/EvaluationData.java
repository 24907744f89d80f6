package dev.dovetail.tasks;

import dev.dovetail.formats.Warnings;
import java.nio.file.Path;

/**
 * A data set to evaluate on.
 *
 * @param images the folder with the images
 * @param annotations a file or a folder, as the task needs it
 * @param limit the most images, the first of the annotations
 * @param warnings counts what is odd in the annotations
 */
public record EvaluationData(Path images, Path annotations, int limit, Warnings warnings) {

  /** All images. */
  public EvaluationData(Path images, Path annotations, Warnings warnings) {
    this(images, annotations, Integer.MAX_VALUE, warnings);
  }
}
