package dev.dovetail.images.video;

import dev.dovetail.images.Image;
import java.io.Closeable;
import java.io.IOException;

/** Makes a video. What was written is a whole file once this is closed. */
public interface VideoWriter extends Closeable {

  /**
   * Adds a frame. All have the size of the first: what is larger is cut at the right and at the
   * bottom, what is smaller is filled with black.
   *
   * @param picture the frame
   * @param seconds when it is shown, later than the one before
   * @throws IOException if the file cannot be written
   */
  void write(Image picture, double seconds) throws IOException;
}
