package dev.dovetail.cli;

import dev.dovetail.Prediction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Files of results other than {@code results.json}. Thread-safe. */
interface PredictedFiles extends Closeable {

  /** Writes nothing. */
  PredictedFiles NONE =
      new PredictedFiles() {
        @Override
        public void add(int index, Path file, String name, Prediction prediction) {}

        @Override
        public void finish() {}

        @Override
        public void close() {}
      };

  /**
   * Adds the result of an image.
   *
   * @param index the index of the image, which determines the order in lists
   * @param file the image, as it is named in lists
   * @param name the name of its files, without extension
   */
  void add(int index, Path file, String name, Prediction prediction) throws IOException;

  /** Completes the files. */
  void finish() throws IOException;
}
