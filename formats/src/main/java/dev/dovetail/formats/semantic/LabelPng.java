package dev.dovetail.formats.semantic;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.image.PngWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads and writes label maps in PNG files with one channel: gray or palette, up to 16 bits. The
 * value is the label.
 */
public final class LabelPng {

  private LabelPng() {}

  /**
   * Reads a label map. Palette images are read as indices, not as colors.
   *
   * @param file the file
   * @return the map
   * @throws BadImageException if the file is not a PNG, is damaged, or contains colors
   */
  public static LabelMap read(Path file) throws IOException {
    return read(ImageBytes.read(file));
  }

  /**
   * Reads a label map from the content of a file. Palette images are read as indices, not as
   * colors.
   *
   * @param file the content
   * @return the map
   * @throws BadImageException if it is not a PNG, is damaged, or contains colors
   */
  public static LabelMap read(ImageBytes file) throws BadImageException {
    PngFile png = PngFile.read(file);
    if (png.colour() != PngFile.Colour.GREY && png.colour() != PngFile.Colour.PALETTE) {
      throw new BadImageException(
          file.name()
              + " is not a label map: it is a PNG of "
              + png.colour()
              + " pixels, but labels have one channel (gray or palette); convert a color-coded map"
              + " to class indices first");
    }
    byte[] samples = png.samples();
    if (png.bitDepth() < 16) {
      return new LabelMap.Bytes(png.size(), samples);
    }
    short[] labels = new short[samples.length / 2];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (short) (samples[2 * i] << 8 | samples[2 * i + 1] & 0xff);
    }
    return new LabelMap.Shorts(png.size(), labels);
  }

  /**
   * Reads the label map of an image.
   *
   * @param file the file
   * @param image the name of the image in messages
   * @param imageSize the required size of the map
   * @return the map
   * @throws BadImageException also if its size is not that of the image
   */
  public static LabelMap read(Path file, Path image, Size imageSize) throws IOException {
    LabelMap map = read(file);
    if (!map.size().equals(imageSize)) {
      throw new BadImageException(
          "the label map "
              + file
              + " is "
              + map.size()
              + " pixels, but its image "
              + image
              + " is "
              + imageSize);
    }
    return map;
  }

  /**
   * Writes an 8-bit map as a PNG with the palette of Pascal VOC. The values are the indices. An
   * existing file is replaced.
   *
   * @param file the file to write
   * @param map the label map
   * @throws IOException if the file cannot be written
   */
  public static void writeWithColours(Path file, LabelMap.Bytes map) throws IOException {
    PngWriter.writePalette(file, map.size(), vocColours(), map.labels());
  }

  /**
   * Returns a color that distributes the bits of a number over the high bits of red, green and
   * blue.
   */
  private static byte[] vocColours() {
    byte[] palette = new byte[3 * 256];
    for (int label = 0; label < 256; label++) {
      for (int bit = 0; bit < 8; bit++) {
        palette[3 * label + bit % 3] |= (byte) ((label >> bit & 1) << 7 - bit / 3);
      }
    }
    return palette;
  }

  /**
   * Writes a map as a gray PNG with 8 or 16 bits. An existing file is replaced.
   *
   * @param file the file to write
   * @param map the label map
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, LabelMap map) throws IOException {
    OutputFile.write(file, encode(map));
  }

  /**
   * {@return the content of the file that {@link #write} writes}
   *
   * @param map the label map
   */
  public static byte[] encode(LabelMap map) {
    if (map instanceof LabelMap.Shorts shorts) {
      ByteBuffer samples = ByteBuffer.allocate(Math.multiplyExact(shorts.labels().length, 2));
      samples.asShortBuffer().put(shorts.labels());
      return PngWriter.encode(map.size(), PngFile.Colour.GREY, 16, samples.array());
    }
    return PngWriter.encode(map.size(), PngFile.Colour.GREY, 8, ((LabelMap.Bytes) map).labels());
  }
}
