package dev.dovetail.models.pipeline;

import dev.dovetail.data.image.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

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
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (readers.hasNext()) {
        ImageReader reader = readers.next();
        try {
          reader.setInput(in, true, true);
          return new Size(reader.getHeight(0), reader.getWidth(0));
        } finally {
          reader.dispose();
        }
      }
    } catch (IOException | RuntimeException e) {
      // The error comes with the image's turn; readers throw anything at damaged headers.
      return new Size(1, 1);
    }
    return new Size(1, 1);
  }
}
