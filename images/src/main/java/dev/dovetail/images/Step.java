package dev.dovetail.images;

import dev.dovetail.formats.Size;

/** One step of a {@linkplain Preparation preparation}. */
public sealed interface Step permits Resize, CentreCrop {

  /**
   * {@return the size after this step}
   *
   * @param original the size of the original image
   * @throws IllegalArgumentException if a side would be 0, or the image is too small
   */
  Size of(Size original);
}
