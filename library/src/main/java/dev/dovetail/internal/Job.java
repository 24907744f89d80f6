package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.images.ImageSource;
import dev.dovetail.tasks.Sample;
import java.io.IOException;

/**
 * An image to process.
 *
 * @param id the caller's identifier of the image
 * @param expected the size that the data set or the image's header states; it only determines the
 *     order of processing
 */
public record Job(int id, ImageSource source, Size expected) {

  /** Returns a job for an image and reads the size from its header. */
  public static Job of(int id, ImageSource source) {
    return new Job(id, source, headerSize(source));
  }

  /** Returns a job for an image of a data set. */
  public static Job of(Sample sample) {
    ImageSource source = ImageSource.of(sample.file());
    return new Job(sample.index(), source, sample.size().orElseGet(() -> headerSize(source)));
  }

  /** Returns the size in the header; 1x1 if it cannot be read, so that the image is tried first. */
  private static Size headerSize(ImageSource source) {
    try {
      return source.size();
    } catch (IOException e) {
      return new Size(1, 1); // The error is reported when the image is decoded.
    }
  }
}
