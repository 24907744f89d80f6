package dev.dovetail.images.video;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Gives the frames of a video one after another. For one thread at a time. */
public interface VideoReader extends Closeable {

  /** {@return how many frames a second the video says that it has; 0 if it does not} */
  double frameRate();

  /** {@return how many frames there are, as the video says or by its duration} */
  OptionalLong frames();

  /**
   * Reads the next frame.
   *
   * @return the frame; empty at the end
   * @throws IOException if there are no frames at all, or the source gives no more
   */
  Optional<VideoFrame> next() throws IOException;

  /**
   * Passes over the next frame without making its picture.
   *
   * @return whether there was one
   * @throws IOException if there are no frames at all, or the source gives no more
   */
  boolean skip() throws IOException;

  /** {@return what was damaged in what has been read, in a sentence; empty if nothing was} */
  Optional<String> damage();
}
