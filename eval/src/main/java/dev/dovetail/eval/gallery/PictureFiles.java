package dev.dovetail.eval.gallery;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.Pictures;
import dev.dovetail.formats.image.PngFile.Colour;
import dev.dovetail.formats.image.PngWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The pictures of a gallery: copies of photos, reduced, and layers over them.
 *
 * @param folder where they lie
 * @param pictures decodes photos
 */
public record PictureFiles(Path folder, Pictures pictures) {

  /** The longest side of a copy in pixels. */
  public static final int LONGEST = 640;

  private static final int CHANNELS = 4;

  /**
   * Copies a photo.
   *
   * @param image the number of the image
   * @param photo its file
   * @return the size of the photo itself
   * @throws IOException if it cannot be read, or the copy not be written
   */
  public Size photo(int image, Path photo) throws IOException {
    try (Pictures.Picture picture = pictures.read(photo)) {
      photo(image, picture);
      return picture.size();
    }
  }

  void photo(int image, Pictures.Picture picture) throws IOException {
    OutputFile.write(folder.resolve(name(image) + ".jpg"), picture.jpeg(LONGEST));
  }

  /** The colours of a layer, pixel by pixel of its original size. */
  public interface Argb {
    /** {@return 0xAARRGGBB} */
    int at(int y, int x);
  }

  /**
   * Writes a layer, reduced as a photo is; of the pixels that fall together one is taken.
   *
   * @param image the number of the image
   * @param layer its id
   * @param size of the original
   * @param argb its pixels
   * @throws IOException if it cannot be written
   */
  public void layer(int image, String layer, Size size, Argb argb) throws IOException {
    double factor = Math.min(1, LONGEST / (double) Math.max(size.height(), size.width()));
    Size reduced =
        new Size(
            (int) Math.max(1, Math.rint(size.height() * factor)),
            (int) Math.max(1, Math.rint(size.width() * factor)));
    byte[] rgba = new byte[Math.toIntExact(CHANNELS * reduced.pixels())];
    int to = 0;
    for (int y = 0; y < reduced.height(); y++) {
      int fromY = (int) ((y + 0.5) * size.height() / reduced.height());
      for (int x = 0; x < reduced.width(); x++) {
        int value = argb.at(fromY, (int) ((x + 0.5) * size.width() / reduced.width()));
        rgba[to++] = (byte) (value >> 16);
        rgba[to++] = (byte) (value >> 8);
        rgba[to++] = (byte) value;
        rgba[to++] = (byte) (value >>> 24);
      }
    }
    Path file = folder.resolve(name(image) + "-" + layer + ".png");
    PngWriter.write(file, reduced, Colour.RGBA, 8, rgba);
  }

  static String name(int image) {
    return String.format(Locale.ROOT, "%06d", image);
  }
}
