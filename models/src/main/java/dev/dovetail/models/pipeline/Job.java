package dev.dovetail.models.pipeline;

import dev.dovetail.data.image.ImageReader;
import dev.dovetail.data.image.Size;
import dev.dovetail.files.InputFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An image to be worked on.
 *
 * @param id what the caller knows it by: a COCO image id, or an index
 * @param name for messages
 * @param expected the size that the data set or the file's header promises; it only decides when
 *     the image's turn comes
 */
public record Job(long id, String name, Path file, Size expected) {

  /** A job for a file of which nothing is known; its header is asked for the size. */
  public static Job ofFile(long id, String name, Path file) {
    return new Job(id, name, file, headerSize(file));
  }

  /** The size in a file's header; 1x1 where it cannot be told, so that it is tried first. */
  private static Size headerSize(Path file) {
    if (InputFile.isStream(file)) {
      return new Size(1, 1); // its bytes come once
    }
    try {
      return ImageReader.storedSize(file);
    } catch (IOException e) {
      return new Size(1, 1); // the error comes with the image's turn
    }
  }
}
