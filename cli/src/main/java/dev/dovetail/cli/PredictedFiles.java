package dev.dovetail.cli;

import dev.dovetail.Prediction;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Files in which results are written beside {@code results.json}. For several threads. */
interface PredictedFiles extends Closeable {

  /** Stands for no such files. */
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
   * Takes the result of an image.
   *
   * @param index of the image, by which lists are ordered
   * @param file the image as lists name it
   * @param name of the files about it
   */
  void add(int index, Path file, String name, Prediction prediction) throws IOException;

  /** Writes what remains to be written. */
  void finish() throws IOException;
}
