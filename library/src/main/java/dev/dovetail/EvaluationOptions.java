package dev.dovetail;

import dev.dovetail.tasks.Progress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of an evaluation.
 *
 * @param images the directory of the images
 * @param annotations COCO instances or panoptic JSON, or a directory of label maps
 * @param out the directory for metrics and predictions; results of an earlier run in it are reused
 * @param batch the maximum batch size
 * @param limit the maximum number of images; the first ones in the annotations are used
 * @param scored whether results are scored; otherwise they are only written
 * @param strict whether malformed annotations are rejected; otherwise they are counted and reported
 * @param progress the listener that is notified of each finished image
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
   * @throws IllegalArgumentException if {@code batch} or {@code limit} is less than 1
   */
  public EvaluationOptions {
    if (batch < 1 || limit < 1) {
      throw new IllegalArgumentException(
          "batch " + batch + " and limit " + limit + ": expected at least 1");
    }
  }

  /** Returns options to evaluate all images with batch size 1, without writing any files. */
  public static EvaluationOptions of(Path images, Path annotations) {
    return new EvaluationOptions(
        images, annotations, Optional.empty(), 1, Integer.MAX_VALUE, true, false, Progress.SILENT);
  }

  /**
   * Returns options to evaluate the validation images of a data set in its published layout (COCO,
   * ADE20K, Cityscapes). The model's task selects the annotations.
   *
   * @param directory the directory of the data set; for a classifier, one with a subdirectory for
   *     each class
   */
  public static EvaluationOptions of(Path directory) {
    return of(directory, directory);
  }

  /** {@return a builder that is initialized with these options} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Builds options. */
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

    /** Sets the directory for metrics and predictions. */
    public Builder out(Path folder) {
      out = Optional.of(folder);
      return this;
    }

    /** Sets the maximum batch size. */
    public Builder batch(int most) {
      batch = most;
      return this;
    }

    /** Sets the maximum number of images. The first ones in the annotations are used. */
    public Builder limit(int most) {
      limit = most;
      return this;
    }

    /** Sets whether results are scored. Otherwise they are only written. */
    public Builder scored(boolean value) {
      scored = value;
      return this;
    }

    /** Sets whether malformed annotations are rejected. Otherwise they are counted and reported. */
    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    /** Sets the listener that is notified of each finished image. */
    public Builder progress(Progress listener) {
      progress = listener;
      return this;
    }

    /**
     * {@return the options}
     *
     * @throws IllegalArgumentException if batch or limit is less than 1
     */
    public EvaluationOptions build() {
      return new EvaluationOptions(
          images, annotations, out, batch, limit, scored, strict, progress);
    }
  }
}
