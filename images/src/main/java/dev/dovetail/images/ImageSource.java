package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.opencv.core.Mat;

/** A source of an image. */
public interface ImageSource {

  /** Returns the name in messages. */
  String name();

  /**
   * Reads and decodes the image.
   *
   * @throws BadImageException if it is not a complete image
   * @throws IOException if it cannot be read
   */
  Image read() throws IOException;

  /**
   * Returns the size of the image, from its header if possible.
   *
   * @throws IOException if it cannot be read
   */
  Size size() throws IOException;

  /**
   * Frees the memory of an image that is no longer used.
   *
   * @param image returned by {@link #read}
   */
  default void release(Image image) {
    image.release();
  }

  /** Returns the source of a file. */
  static ImageSource of(Path file) {
    return new ImageSources.OfFile(file);
  }

  /** Returns the source of an image file's content. */
  static ImageSource of(byte[] content, String name) {
    return new ImageSources.OfContent(content, name);
  }

  /**
   * Returns the source of a stream with the content of an image file. Reads the stream to its end.
   *
   * @throws IOException if it cannot be read
   */
  static ImageSource of(InputStream stream, String name) throws IOException {
    return of(stream.readAllBytes(), name);
  }

  /** Returns the source of a Java2D image. Transparent pixels are on black. */
  static ImageSource of(BufferedImage image) {
    return of(BufferedImages.image(image));
  }

  /** Returns the source of an 8-bit BGR matrix of OpenCV, which is copied. */
  static ImageSource of(Mat bgr) {
    return of(Image.of(bgr));
  }

  /** Returns the source of a decoded image. */
  static ImageSource of(Image image) {
    return new ImageSources.OfImage(image);
  }
}
