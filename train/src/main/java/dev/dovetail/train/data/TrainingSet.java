package dev.dovetail.train.data;

import dev.dovetail.formats.Size;
import dev.dovetail.train.data.augment.AnnotatedImage;
import java.io.IOException;

/** Annotated images in a fixed order. Thread-safe. */
public interface TrainingSet {

  /** {@return the number of images} */
  int count();

  /** {@return the number of images and annotations, as a phrase for messages} */
  default String summary() {
    return count() + " images";
  }

  /**
   * {@return the name of an image in messages, which is its file}
   *
   * @param image the index of the image, from 0
   */
  String name(int image);

  /**
   * {@return the size of an image, without decoding it}
   *
   * @param image the index of the image, from 0
   * @throws IOException if its header cannot be read
   */
  Size size(int image) throws IOException;

  /**
   * Reads and decodes an image with its annotations.
   *
   * @param image the index of the image, from 0
   * @return the image, which the caller may release
   * @throws IOException if the image or its annotations cannot be used; the message states the
   *     reason
   */
  AnnotatedImage read(int image) throws IOException;
}
