package dev.dovetail;

import dev.dovetail.images.Image;
import java.io.IOException;

/** Takes the predictions of many images as they are made. */
public interface PredictionHandler {

  /**
   * Takes a prediction. May be called by several threads at a time, in an order of the model's
   * choice: images of one size come together.
   *
   * @param index the image's place in the list, from 0
   * @param image the decoded image, of use during this call
   * @throws IOException if the image cannot be used; it is handed to {@link #failed} then
   */
  void accept(int index, Image image, Prediction prediction) throws IOException;

  /**
   * Takes an image that could not be used. Called by the thread that runs the model.
   *
   * @throws IOException to end the run
   */
  default void failed(int index, IOException reason) throws IOException {
    throw reason;
  }

  /** Whether the run should end early; asked between images. */
  default boolean cancelled() {
    return false;
  }
}
