package dev.dovetail.eval.gallery;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.Pictures;
import dev.dovetail.formats.image.PngFile.Colour;
import dev.dovetail.formats.image.PngWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The pictures of a gallery: reduced copies of photos, and layers over them.
 *
 * @param folder the directory that contains them
 * @param pictures decodes photos
 * @param visitor sees every photo
 */
public record PictureFiles(Path folder, Pictures pictures, Visitor visitor) {

  /** Receives photos while they are open. */
  @FunctionalInterface
  public interface Visitor {
    /** Receives the photo of an image, by its index. */
    void seen(int image, Pictures.Picture picture);
  }

  /** The longest side of a copy in pixels. */
  public static final int LONGEST = 640;

  private static final int CHANNELS = 4;

  /** The number of colors in a PNG palette. */
  private static final int MOST_COLOURS = 256;

  /**
   * Copies a photo.
   *
   * @param image the index of the image
   * @param photo its file
   * @return the size of the original photo
   * @throws IOException if the photo cannot be read or the copy cannot be written
   */
  public Size photo(int image, Path photo) throws IOException {
    try (Pictures.Picture picture = pictures.read(photo)) {
      OutputFile.write(folder.resolve(name(image) + ".jpg"), picture.jpeg(LONGEST));
      visitor.seen(image, picture);
      return picture.size();
    }
  }

  /** The colors of a layer at its original size. */
  public interface Argb {
    /** {@return the color of a pixel as 0xAARRGGBB} */
    int at(int y, int x);
  }

  /**
   * Writes a layer at the size of the reduced photo, with nearest-neighbor sampling.
   *
   * @param image the index of the image
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
    int[] pixels = new int[Math.toIntExact(reduced.pixels())];
    int to = 0;
    for (int y = 0; y < reduced.height(); y++) {
      int fromY = (int) ((y + 0.5) * size.height() / reduced.height());
      for (int x = 0; x < reduced.width(); x++) {
        pixels[to++] = argb.at(fromY, (int) ((x + 0.5) * size.width() / reduced.width()));
      }
    }
    Path file = folder.resolve(name(image) + "-" + layer + ".png");
    int[] colours = colours(pixels);
    if (colours.length <= MOST_COLOURS) {
      byte[] rgb = new byte[3 * colours.length];
      byte[] alpha = new byte[colours.length];
      for (int i = 0; i < colours.length; i++) {
        rgb[3 * i] = (byte) (colours[i] >> 16);
        rgb[3 * i + 1] = (byte) (colours[i] >> 8);
        rgb[3 * i + 2] = (byte) colours[i];
        alpha[i] = (byte) (colours[i] >>> 24);
      }
      PngWriter.writePalette(file, reduced, rgb, alpha, numbers(pixels, colours));
    } else {
      PngWriter.write(file, reduced, Colour.RGBA, 8, rgba(pixels));
    }
  }

  /**
   * Returns the colors that occur, in ascending order. If a palette cannot hold them, returns one
   * color more than its size.
   */
  private static int[] colours(int[] pixels) {
    Set<Integer> found = new HashSet<>();
    int last = ~pixels[0];
    for (int i = 0; i < pixels.length && found.size() <= MOST_COLOURS; i++) {
      if (pixels[i] != last) {
        last = pixels[i];
        found.add(last);
      }
    }
    return found.stream().mapToInt(c -> c).sorted().toArray();
  }

  private static byte[] numbers(int[] pixels, int[] colours) {
    byte[] numbers = new byte[pixels.length];
    int last = pixels[0];
    int number = Arrays.binarySearch(colours, last);
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i] != last) {
        last = pixels[i];
        number = Arrays.binarySearch(colours, last);
      }
      numbers[i] = (byte) number;
    }
    return numbers;
  }

  private static byte[] rgba(int[] pixels) {
    byte[] rgba = new byte[CHANNELS * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      rgba[CHANNELS * i] = (byte) (pixels[i] >> 16);
      rgba[CHANNELS * i + 1] = (byte) (pixels[i] >> 8);
      rgba[CHANNELS * i + 2] = (byte) pixels[i];
      rgba[CHANNELS * i + 3] = (byte) (pixels[i] >>> 24);
    }
    return rgba;
  }

  /** {@return the prefix of the file names of an image} */
  public static String name(int image) {
    return String.format(Locale.ROOT, "%06d", image);
  }
}
