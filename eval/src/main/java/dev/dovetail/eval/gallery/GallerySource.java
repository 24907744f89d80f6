package dev.dovetail.eval.gallery;

import dev.dovetail.formats.image.Pictures.Picture;
import java.io.IOException;
import java.util.Map;

/** Where a gallery takes its images from. */
public interface GallerySource {

  /** {@return number of images} */
  int images();

  /** {@return what all images share} */
  GalleryInfo info();

  /** {@return fractions of all images that were asked for, by what they are of; NaN for none} */
  default Map<String, Double> totals() {
    return Map.of();
  }

  /**
   * Takes a photo that is copied; threads do so at the same time.
   *
   * @param image its number
   * @param picture open until this returns
   */
  default void seen(int image, Picture picture) {}

  /**
   * {@return an image, for which pictures are written; threads ask at the same time}
   *
   * @param image its number
   * @param files where its pictures go
   * @throws IOException if a file cannot be read or written
   */
  GalleryImage image(int image, PictureFiles files) throws IOException;
}
