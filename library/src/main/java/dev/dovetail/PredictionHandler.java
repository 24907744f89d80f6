package dev.dovetail;

import java.io.IOException;

/** Takes the predictions of many images as they are made. */
public interface PredictionHandler {

  /**
   * Takes a prediction. Called by one thread at a time, in an order of the model's choice: images
   * of one size come together.
   *
   * @param index the image's place in the list, from 0
   */
  void accept(int index, Prediction prediction) throws IOException;

  /**
   * Takes an image that could not be used.
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
