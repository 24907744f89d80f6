package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.images.ImageSource;
import dev.dovetail.tasks.Sample;
import java.io.IOException;

/**
 * An image to be worked on.
 *
 * @param id what the caller knows it by
 * @param expected the size that the data set or the image's header states; it only decides when the
 *     image's turn comes
 */
public record Job(int id, ImageSource source, Size expected) {

  /** A job for an image whose header is asked for its size. */
  public static Job of(int id, ImageSource source) {
    return new Job(id, source, headerSize(source));
  }

  /** A job for an image of a data set. */
  public static Job of(Sample sample) {
    ImageSource source = ImageSource.of(sample.file());
    return new Job(sample.index(), source, sample.size().orElseGet(() -> headerSize(source)));
  }

  /** The size in a header; 1x1 where it cannot be read, so that the image is tried first. */
  private static Size headerSize(ImageSource source) {
    try {
      return source.size();
    } catch (IOException e) {
      return new Size(1, 1); // the error comes with the image's turn
    }
  }
}
