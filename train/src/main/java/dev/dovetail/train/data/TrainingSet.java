package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.train.data.augment.AnnotatedImage;
import java.io.IOException;

/** Annotated images in a fixed order. Threads read at the same time. */
public interface TrainingSet {

  /** {@return how many images there are} */
  int count();

  /** {@return how many images and annotations are trained on, as a part of a sentence} */
  default String summary() {
    return count() + " images";
  }

  /**
   * {@return what messages call an image, its file}
   *
   * @param image counted from 0
   */
  String name(int image);

  /**
   * {@return the size of an image, without decoding it}
   *
   * @param image counted from 0
   * @throws IOException if its header has to be read and cannot
   */
  Size size(int image) throws IOException;

  /**
   * Reads and decodes an image with its annotations.
   *
   * @param image counted from 0
   * @return the image, which the caller may release
   * @throws IOException if the image or its annotations cannot be used, with what is wrong
   */
  AnnotatedImage read(int image) throws IOException;
}
