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
   * @throws IOException if a file cannot be read or written, or the training diverges
   */
  TrainingReport train(TrainingOptions options) throws IOException;

  /**
   * {@return a picture of what the first step would get: its images after augmentation, with their
   * annotations}
   *
   * @throws IOException if a file cannot be read
   */
  Image drawBatch(TrainingOptions options) throws IOException;
}
