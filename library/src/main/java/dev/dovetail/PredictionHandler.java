package dev.dovetail;

import dev.dovetail.images.Image;
import java.io.IOException;

/** Receives the predictions for many images as they are computed. */
public interface PredictionHandler {

  /**
   * Receives a prediction. Several threads may call this method at the same time. Images of one
   * size are processed together, so the order may differ from that of the list.
   *
   * @param index the index of the image in the list, from 0
   * @param image the decoded image; valid only during this call
   * @throws IOException if the image cannot be used; the exception is passed to {@link #failed}
   */
  void accept(int index, Image image, Prediction prediction) throws IOException;

  /**
   * Receives an image that could not be used. Called by the thread that runs the model. By default
   * throws {@code reason}, which ends the run.
   *
   * @throws IOException to end the run
   */
  default void failed(int index, IOException reason) throws IOException {
    throw reason;
  }

  /** Returns whether to cancel the run. Called between images. */
  default boolean cancelled() {
    return false;
  }
}
