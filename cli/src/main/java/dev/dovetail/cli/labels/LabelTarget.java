package dev.dovetail.cli.labels;

import dev.dovetail.formats.LabelledImage;
import java.io.Closeable;
import java.io.IOException;

/** Where labels are written to, image by image. */
public interface LabelTarget extends Closeable {

  /** Appends an image. */
  void add(LabelledImage image) throws IOException;

  /** Puts what was written in its place. */
  void finish() throws IOException;

  /** Gives up what is not finished. */
  @Override
  void close() throws IOException;
}
