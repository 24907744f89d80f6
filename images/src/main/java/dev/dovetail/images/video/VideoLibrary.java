package dev.dovetail.images.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads and writes videos. The artifact {@code dovetail-video} contains the implementation with
 * FFmpeg. Applications without videos do not need it or its native libraries.
 */
public interface VideoLibrary {

  /**
   * Opens a video file.
   *
   * @param file the file
   * @param name of the file in errors
   * @throws IOException if it cannot be read or does not contain a video in a supported format
   */
  VideoReader open(Path file, String name) throws IOException;

  /**
   * Creates an MP4 file.
   *
   * @param file replaced if it exists
   * @param frameRate the approximate number of frames per second; 0 if unknown
   * @throws IOException if it cannot be written
   */
  VideoWriter create(Path file, double frameRate) throws IOException;

  /**
   * {@return the implementation found by a class loader}
   *
   * @param loader of the artifact
   */
  static Optional<VideoLibrary> find(ClassLoader loader) {
    return ServiceLoader.load(VideoLibrary.class, loader).findFirst();
  }
}
