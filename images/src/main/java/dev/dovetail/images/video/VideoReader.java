package dev.dovetail.images.video;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the frames of a video sequentially. Not thread-safe. */
public interface VideoReader extends Closeable {

  /** {@return the number of frames per second according to the video; 0 if unknown} */
  double frameRate();

  /** {@return the number of frames according to the video or its duration} */
  OptionalLong frames();

  /**
   * Reads the next frame.
   *
   * @return the frame; empty at the end
   * @throws IOException if the video has no frames, or the source stops delivering frames
   */
  Optional<VideoFrame> next() throws IOException;

  /**
   * Skips the next frame without converting it to an image.
   *
   * @return whether there was a frame
   * @throws IOException if the video has no frames, or the source stops delivering frames
   */
  boolean skip() throws IOException;

  /** {@return a sentence about damage in the frames read so far; empty for none} */
  Optional<String> damage();
}
