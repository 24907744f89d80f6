package dev.dovetail.images;

import dev.dovetail.formats.Size;

/** One step of a {@linkplain Preparation preparation}. */
public sealed interface Step permits Resize, CentreCrop {

  /**
   * {@return the size after it}
   *
   * @param original the size of the original image
   * @throws IllegalArgumentException where a side would vanish, or the image is too small
   */
  Size of(Size original);
}
