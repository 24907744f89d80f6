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
 * Label maps in PNG files of one channel: grey or palette, up to 16 bits; the value is the label.
 */
public final class LabelPng {

  private LabelPng() {}

  /**
   * Reads a label map; of a palette the indices, never the colours.
   *
   * @param file the file
   * @return the map
   * @throws BadImageException where the file is no PNG, damaged, or holds colours
   */
  public static LabelMap read(Path file) throws IOException {
    return read(ImageBytes.read(file));
  }

  /**
   * Reads a label map from the content of a file; of a palette the indices, never the colours.
   *
   * @param file the content
   * @return the map
   * @throws BadImageException where it is no PNG, damaged, or holds colours
   */
  public static LabelMap read(ImageBytes file) throws BadImageException {
    PngFile png = PngFile.read(file);
    if (png.colour() != PngFile.Colour.GREY && png.colour() != PngFile.Colour.PALETTE) {
      throw new BadImageException(
          file.name()
              + " is no label map: it is a PNG of "
              + png.colour()
              + " pixels, but labels are one channel (grey or palette); a colour-coded map must be"
              + " converted to class numbers first");
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
   * @param image what messages call the image
   * @param imageSize the size that the map must have
   * @return the map
   * @throws BadImageException also where its size is not the image's
   */
  public static LabelMap read(Path file, Path image, Size imageSize) throws IOException {
    LabelMap map = read(file);
    if (!map.size().equals(imageSize)) {
      throw new BadImageException(
          "the label map "
              + file
              + " is "
              + map.size()
              + " pixels large, but its image "
              + image
              + " is "
              + imageSize);
    }
    return map;
  }

  /**
   * Writes a map of 8 bits as a PNG with the colours of Pascal VOC; the values are the indices. An
   * existing file is replaced.
   *
   * @param file the file to write
   * @param map the label map
   * @throws IOException if the file cannot be written
   */
  public static void writeWithColours(Path file, LabelMap.Bytes map) throws IOException {
    PngWriter.writePalette(file, map.size(), vocColours(), map.labels());
  }

  /** The bits of a number, spread over the high bits of red, green and blue in turn. */
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
   * Writes a map as a grey PNG of 8 or 16 bits; an existing file is replaced.
   *
   * @param file the file to write
   * @param map the label map
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, LabelMap map) throws IOException {
    OutputFile.write(file, encode(map));
  }

  /**
   * {@return the content of the file that {@link #write} would write}
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
