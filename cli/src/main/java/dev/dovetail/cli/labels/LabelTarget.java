package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import java.io.Closeable;
import java.io.IOException;

/** Writes labels image by image. */
public interface LabelTarget extends Closeable {

  /** Appends an image. */
  void add(LabelledImage image) throws IOException;

  /** Completes the output and moves it to its final place. */
  void finish() throws IOException;

  /** Discards incomplete output. */
  @Override
  void close() throws IOException;
}
