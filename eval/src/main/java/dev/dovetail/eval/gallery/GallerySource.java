package dev.dovetail.eval.gallery;

import java.io.IOException;

/** Where a gallery takes its images from. */
public interface GallerySource {

  /** {@return number of images} */
  int images();

  /** {@return what all images share} */
  GalleryInfo info();

  /**
   * {@return an image, for which pictures are written; threads ask at the same time}
   *
   * @param image its number
   * @param files where its pictures go
   * @throws IOException if a file cannot be read or written
   */
  GalleryImage image(int image, PictureFiles files) throws IOException;
}
