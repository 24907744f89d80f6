package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.opencv.core.Mat;

/** Where an image comes from. */
public interface ImageSource {

  /** What messages call it. */
  String name();

  /**
   * Reads and decodes the image.
   *
   * @throws BadImageException if it is no complete image
   * @throws IOException if it cannot be read
   */
  Image read() throws IOException;

  /**
   * The image's size, from its header where that suffices.
   *
   * @throws IOException if it cannot be read
   */
  Size size() throws IOException;

  /**
   * Frees what {@link #read} made, when nobody needs the image any more.
   *
   * @param image that was read
   */
  default void release(Image image) {
    image.release();
  }

  /** A file. */
  static ImageSource of(Path file) {
    return new ImageSources.OfFile(file);
  }

  /** The content of an image file. */
  static ImageSource of(byte[] content, String name) {
    return new ImageSources.OfContent(content, name);
  }

  /**
   * A stream with the content of an image file, which is read to its end now.
   *
   * @throws IOException if it cannot be read
   */
  static ImageSource of(InputStream stream, String name) throws IOException {
    return of(stream.readAllBytes(), name);
  }

  /** An image of Java2D; what is transparent lies on black. */
  static ImageSource of(BufferedImage image) {
    return of(BufferedImages.image(image));
  }

  /** An 8-bit BGR matrix of OpenCV, which is copied. */
  static ImageSource of(Mat bgr) {
    return of(Image.of(bgr));
  }

  /** A decoded image. */
  static ImageSource of(Image image) {
    return new ImageSources.OfImage(image);
  }
}
