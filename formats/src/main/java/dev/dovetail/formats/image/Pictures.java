package dev.dovetail.formats.image;

import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Decoded pictures for reports. The interface is implemented outside of this module, which has no
 * decoder.
 */
public interface Pictures {

  /** A decoded upright picture. It occupies memory until it is closed. */
  interface Picture extends AutoCloseable {

    /** {@return height and width in the file} */
    Size size();

    /**
     * {@return the picture as a JPEG file}
     *
     * @param longest the largest number of pixels of a side; a smaller picture keeps its size
     * @throws IOException if it cannot be encoded
     */
    byte[] jpeg(int longest) throws IOException;

    /**
     * {@return the brightness of a reduced copy, {@code [height, width]}, 0 to 255}
     *
     * @param reduced height and width of the copy, regardless of the picture's aspect ratio
     */
    byte[] grey(Size reduced);

    @Override
    void close();
  }

  /**
   * Decodes a picture. Thread-safe.
   *
   * @param file the file
   * @return the picture
   * @throws IOException if the file cannot be read or is not a complete picture
   */
  Picture read(Path file) throws IOException;

  /**
   * {@return the color of a class, 0xRRGGBB}
   *
   * @param number index of the class
   */
  int colour(int number);
}
