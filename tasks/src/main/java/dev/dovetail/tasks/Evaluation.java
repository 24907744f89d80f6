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

  /** The images to run, in the order of the annotations. */
  List<Sample> samples();

  /**
   * Where results are kept in a folder; those of an earlier run are found again.
   *
   * @throws OutputException if it cannot be opened
   */
  ResultStore<R> store(OutputFolder folder) throws IOException;

  /**
   * Gets ready to score; not called where predictions are only written.
   *
   * @throws IOException if an annotation lacks what scoring needs
   */
  default void prepare() throws IOException {}

  /**
   * The result as it is scored and stored, such as with its objects in the order of COCO's result
   * lists.
   */
  default R canonical(R result) {
    return result;
  }

  /**
   * Compares one image's result with its annotation.
   *
   * @param result made canonical
   * @throws IOException if the annotation cannot be read or does not fit the image
   */
  void score(Sample sample, R result) throws IOException;

  /** The metrics of all images scored so far. */
  Metrics metrics();
}
