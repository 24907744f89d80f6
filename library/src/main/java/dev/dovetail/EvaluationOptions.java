package dev.dovetail;

import dev.dovetail.tasks.Progress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An evaluation to be done.
 *
 * @param images the folder with the images
 * @param annotations COCO's instances or panoptic JSON, or a folder of label maps
 * @param out where metrics and predictions are written; what an earlier run left there is used
 *     again
 * @param batch the most images in one pass
 * @param limit the most images, the first of the annotations
 * @param scored whether results are scored, not only written
 * @param strict whether what is odd in annotations is refused, not counted
 */
public record EvaluationOptions(
    Path images,
    Path annotations,
    Optional<Path> out,
    int batch,
    int limit,
    boolean scored,
    boolean strict,
    Progress progress) {

  /**
   * @throws IllegalArgumentException if a number is below 1
   */
  public EvaluationOptions {
    if (batch < 1 || limit < 1) {
      throw new IllegalArgumentException(
          "batch " + batch + " and limit " + limit + ": expected at least 1");
    }
  }

  /** All images, one in a pass; nothing is kept. */
  public static EvaluationOptions of(Path images, Path annotations) {
    return new EvaluationOptions(
        images, annotations, Optional.empty(), 1, Integer.MAX_VALUE, true, false, Progress.SILENT);
  }

  public EvaluationOptions withOut(Path folder) {
    return new EvaluationOptions(
        images, annotations, Optional.of(folder), batch, limit, scored, strict, progress);
  }

  public EvaluationOptions withBatch(int most) {
    return new EvaluationOptions(images, annotations, out, most, limit, scored, strict, progress);
  }

  public EvaluationOptions withLimit(int most) {
    return new EvaluationOptions(images, annotations, out, batch, most, scored, strict, progress);
  }

  public EvaluationOptions withScored(boolean value) {
    return new EvaluationOptions(images, annotations, out, batch, limit, value, strict, progress);
  }

  public EvaluationOptions withStrict(boolean value) {
    return new EvaluationOptions(images, annotations, out, batch, limit, scored, value, progress);
  }

  public EvaluationOptions withProgress(Progress listener) {
    return new EvaluationOptions(images, annotations, out, batch, limit, scored, strict, listener);
  }
}
