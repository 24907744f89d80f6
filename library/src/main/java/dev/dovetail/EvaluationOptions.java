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

  /**
   * All images of a data set as it is downloaded (COCO, ADE20K, Cityscapes), of the part that
   * models are evaluated on; what they are compared with follows from the model's task.
   *
   * @param directory of the data set; of a classifier one that holds a folder for each class
   */
  public static EvaluationOptions of(Path directory) {
    return of(directory, directory);
  }

  /** {@return a builder that begins with these options} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Options in the making. */
  public static final class Builder {

    private final Path images;
    private final Path annotations;
    private Optional<Path> out;
    private int batch;
    private int limit;
    private boolean scored;
    private boolean strict;
    private Progress progress;

    private Builder(EvaluationOptions options) {
      images = options.images;
      annotations = options.annotations;
      out = options.out;
      batch = options.batch;
      limit = options.limit;
      scored = options.scored;
      strict = options.strict;
      progress = options.progress;
    }

    /** Sets where metrics and predictions are written. */
    public Builder out(Path folder) {
      out = Optional.of(folder);
      return this;
    }

    /** Sets the most images in one pass. */
    public Builder batch(int most) {
      batch = most;
      return this;
    }

    /** Sets the most images, the first of the annotations. */
    public Builder limit(int most) {
      limit = most;
      return this;
    }

    /** Sets whether results are scored, not only written. */
    public Builder scored(boolean value) {
      scored = value;
      return this;
    }

    /** Sets whether what is odd in annotations is refused, not counted. */
    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    /** Sets what hears of every image done. */
    public Builder progress(Progress listener) {
      progress = listener;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException if a number is below 1
     */
    public EvaluationOptions build() {
      return new EvaluationOptions(
          images, annotations, out, batch, limit, scored, strict, progress);
    }
  }
}
