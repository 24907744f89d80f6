package dev.dovetail.formats;

import java.io.IOException;
import java.util.Optional;

/** Where sizes of images come from that annotations leave out. */
@FunctionalInterface
public interface ImageSizes {

  /** Nothing is known of any image. */
  ImageSizes UNKNOWN = fileName -> Optional.empty();

  /**
   * Looks an image up.
   *
   * @param fileName as annotations name it
   * @return the size of the upright image; empty where it is not known
   * @throws IOException if the image cannot be read
   */
  Optional<Size> find(String fileName) throws IOException;
}
