package dev.dovetail.images.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

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
   * Begins an MP4 file.
   *
   * @param file which is replaced
   * @param frameRate how many frames a second there are about; 0 if that is unknown
   * @throws IOException if it cannot be written
   */
  VideoWriter create(Path file, double frameRate) throws IOException;

  /**
   * {@return the implementation that a class loader knows}
   *
   * @param loader of the artifact
   */
  static Optional<VideoLibrary> find(ClassLoader loader) {
    return ServiceLoader.load(VideoLibrary.class, loader).findFirst();
  }
}
