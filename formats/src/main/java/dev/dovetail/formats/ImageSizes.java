package dev.dovetail.formats;

import java.io.IOException;
import java.util.Optional;

/** A source of image sizes that annotations do not contain. */
@FunctionalInterface
public interface ImageSizes {

  /** A source without any sizes. */
  ImageSizes UNKNOWN = fileName -> Optional.empty();

  /**
   * Returns the size of an image.
   *
   * @param fileName the file name in the annotations
   * @return the size of the upright image; empty if unknown
   * @throws IOException if the image cannot be read
   */
  Optional<Size> find(String fileName) throws IOException;
}
