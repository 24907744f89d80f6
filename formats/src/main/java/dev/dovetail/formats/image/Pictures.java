package dev.dovetail.formats.image;

import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Path;

/** Pictures for pages of results: what needs a decoder that this module lacks. */
public interface Pictures {

  /** A decoded picture, upright; it holds memory until it is closed. */
  interface Picture extends AutoCloseable {

    /** {@return height and width as the file has them} */
    Size size();

    /**
     * {@return the picture as a JPEG file}
     *
     * @param longest the most pixels of a side; a smaller picture keeps its size
     * @throws IOException if it cannot be encoded
     */
    byte[] jpeg(int longest) throws IOException;

    /**
     * {@return the brightness of a reduced copy, {@code [height, width]}, 0 to 255}
     *
     * @param reduced height and width of the copy, whatever the shape of the picture
     */
    byte[] grey(Size reduced);

    @Override
    void close();
  }

  /**
   * Decodes a picture. Threads may ask at the same time.
   *
   * @param file the file
   * @return the picture
   * @throws IOException if the file cannot be read, or is no complete picture
   */
  Picture read(Path file) throws IOException;

  /**
   * {@return the colour of a class, 0xRRGGBB}
   *
   * @param number of the class
   */
  int colour(int number);
}
