package dev.dovetail.images.video;

import dev.dovetail.images.Image;
import java.io.Closeable;
import java.io.IOException;

/** Writes a video. The file is complete after the writer is closed. */
public interface VideoWriter extends Closeable {

  /**
   * Adds a frame. All frames have the size of the first one: larger frames are cropped at the right
   * and the bottom, smaller ones are padded with black.
   *
   * @param picture the frame
   * @param seconds its time, later than that of the previous frame
   * @throws IOException if the file cannot be written
   */
  void write(Image picture, double seconds) throws IOException;
}
