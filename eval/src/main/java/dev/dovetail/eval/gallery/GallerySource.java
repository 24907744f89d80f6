package dev.dovetail.eval.gallery;

import dev.dovetail.formats.image.Pictures.Picture;
import java.io.IOException;
import java.util.Map;

/** The source of a gallery's images. */
public interface GallerySource {

  /** {@return the number of images} */
  int images();

  /** {@return the data shared by all images} */
  GalleryInfo info();

  /** {@return fractions over all images requested so far, by name; NaN for a missing value} */
  default Map<String, Double> totals() {
    return Map.of();
  }

  /**
   * Receives a photo that is being copied. Called by several threads at the same time.
   *
   * @param image the index of its image
   * @param picture open until this returns
   */
  default void seen(int image, Picture picture) {}

  /**
   * {@return an image, after its pictures were written} Called by several threads at the same time.
   *
   * @param image its index
   * @param files receives its pictures
   * @throws IOException if a file cannot be read or written
   */
  GalleryImage image(int image, PictureFiles files) throws IOException;
}
