package dev.dovetail.tasks;

import dev.dovetail.files.OutputException;
import java.io.IOException;
import java.util.List;

/**
 * The evaluation of one model on one data set. Scoring is safe for several threads, and its result
 * does not depend on the order of images.
 *
 * @param <R> the task's result for one image
 */
public interface Evaluation<R> {

  /** Returns the images to run, in the order of the annotations. */
  List<Sample> samples();

  /**
   * Opens the store of results in a directory, including those of an earlier run.
   *
   * @throws OutputException if it cannot be opened
   */
  ResultStore<R> store(OutputFolder folder) throws IOException;

  /**
   * Prepares scoring. It is not called if predictions are only written.
   *
   * @throws IOException if an annotation lacks data that scoring needs
   */
  default void prepare() throws IOException {}

  /**
   * Returns the canonical form of a result, which is scored and stored, for example with its
   * objects in the order of COCO's result lists.
   */
  default R canonical(R result) {
    return result;
  }

  /**
   * Scores the result of an image.
   *
   * @param result the result in canonical form
   * @throws IOException if the annotation cannot be read or does not match the image
   */
  void score(Sample sample, R result) throws IOException;

  /**
   * Returns the metrics of all images scored so far.
   *
   * @throws IOException if they cause a warning and warnings are errors
   */
  Metrics metrics() throws IOException;
}
