package dev.dovetail.images.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes videos. The artifact {@code dovetail-video} has the implementation, with FFmpeg;
 * programs without videos do without it and its native libraries.
 */
public interface VideoLibrary {

  /**
   * Opens a video file.
   *
   * @param file the file
   * @param name what its errors call it
   * @throws IOException if it cannot be read, or holds no video of a known kind
   */
  VideoReader open(Path file, String name) throws IOException;

  /**
   * Begins an MP4 file of fragments: it can be played up to the last frame that was written, even
   * if the program is killed. {@link #finish} makes the file that is kept of it.
   *
   * @param file which is replaced
   * @param frameRate how many frames a second there are about; 0 if that is unknown
   * @throws IOException if it cannot be written
   */
  VideoWriter create(Path file, double frameRate) throws IOException;

  /**
   * Makes an MP4 file, whose index comes first, of the frames of one and the sound of another.
   *
   * @param video what a {@link VideoWriter} wrote and closed
   * @param source the video that was drawn on, whose sound is copied as it is; null for none
   * @param file which is replaced
   * @return why its sound is left out, in words; empty if it is there or the source is silent
   * @throws IOException if the file cannot be written
   */
  Optional<String> finish(Path video, @Nullable Path source, Path file) throws IOException;

  /**
   * {@return the implementation that a class loader knows}
   *
   * @param loader of the artifact
   */
  static Optional<VideoLibrary> find(ClassLoader loader) {
    return ServiceLoader.load(VideoLibrary.class, loader).findFirst();
  }
}
