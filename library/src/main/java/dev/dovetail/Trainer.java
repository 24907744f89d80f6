package dev.dovetail;

import dev.dovetail.images.Image;
import java.io.IOException;

/**
 * Trains models. The implementation is in the artifact {@code dovetail-train} and found with {@link
 * java.util.ServiceLoader}. Programs that only predict do not need the artifact and its native
 * libraries.
 */
public interface Trainer {

  /**
   * Trains a model; see {@link Dovetail#train}.
   *
   * @throws IOException if a file cannot be read or written, or a loss or gradient is not finite
   * @throws IllegalArgumentException if the config does not match the data
   */
  TrainingReport train(TrainingOptions options) throws IOException;

  /**
   * {@return a picture of the first batch: its augmented images with their annotations} Writes no
   * files.
   *
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the config does not match the data
   */
  Image drawBatch(TrainingOptions options) throws IOException;
}
