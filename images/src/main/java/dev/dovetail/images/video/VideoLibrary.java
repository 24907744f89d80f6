package dev.dovetail.images.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

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
   * Creates a fragmented MP4 file. It can be played up to the last frame that was written, even if
   * the program is killed. {@link #finish} makes the final file from it.
   *
   * @param file replaced if it exists
   * @param frameRate the approximate number of frames per second; 0 if unknown
   * @throws IOException if it cannot be written
   */
  VideoWriter create(Path file, double frameRate) throws IOException;

  /**
   * Creates an MP4 file, with the index first, from the frames of one file and the sound of
   * another.
   *
   * @param video the file that a {@link VideoWriter} wrote and closed
   * @param source the original video, whose sound is copied unchanged; null for none
   * @param file the file, which is replaced
   * @return why the sound is omitted, in words; empty if it is included or the source has none
   * @throws IOException if the file cannot be written
   */
  Optional<String> finish(Path video, @Nullable Path source, Path file) throws IOException;

  /**
   * {@return the implementation found by a class loader}
   *
   * @param loader of the artifact
   */
  static Optional<VideoLibrary> find(ClassLoader loader) {
    return ServiceLoader.load(VideoLibrary.class, loader).findFirst();
  }
}
