package dev.dovetail;

import dev.dovetail.images.Image;
import java.io.IOException;

/**
 * Trains models. The artifact {@code dovetail-train} has the implementation, which {@link
 * java.util.ServiceLoader} finds; programs that only predict do without it and its native
 * libraries.
 */
public interface Trainer {

  /**
   * Trains a model; see {@link Dovetail#train}.
   *
   * @throws IOException if a file cannot be read or written, or a loss or gradient is not finite
   * @throws IllegalArgumentException if config and data do not fit together
   */
  TrainingReport train(TrainingOptions options) throws IOException;

  /**
   * {@return a picture of the first batch: its images after augmentation, with their annotations}
   * Nothing is written.
   *
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if config and data do not fit together
   */
  Image drawBatch(TrainingOptions options) throws IOException;
}
