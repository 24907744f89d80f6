package dev.dovetail.formats.panoptic;

import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageBytes;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.image.PngWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads and writes segment ids in PNG files: {@code red + 256 * green + 65536 * blue}. Alpha is
 * ignored.
 */
public final class IdPng {

  private IdPng() {}

  /**
   * Reads an id map.
   *
   * @param file the file
   * @return the map
   * @throws BadImageException if the file is not a PNG, is damaged, or does not have 8-bit colors
   */
  public static IdMap read(Path file) throws IOException {
    return read(ImageBytes.read(file));
  }

  /**
   * Reads an id map from the content of a file.
   *
   * @param file the content
   * @return the map
   * @throws BadImageException if it is not a PNG, is damaged, or does not have 8-bit colors
   */
  public static IdMap read(ImageBytes file) throws BadImageException {
    PngFile png = PngFile.read(file);
    boolean colours = png.colour() == PngFile.Colour.RGB || png.colour() == PngFile.Colour.RGBA;
    if (!colours || png.bitDepth() != 8) {
      throw new BadImageException(
          file.name()
              + (" is not a map of segment ids: it is a PNG of " + png.colour() + " pixels with ")
              + (png.bitDepth() + " bits, but ids are stored as RGB with 8 bits"));
    }
    byte[] samples = png.samples();
    int step = png.colour().channels();
    int[] ids = new int[samples.length / step];
    for (int i = 0; i < ids.length; i++) {
      int at = i * step;
      ids[i] = samples[at] & 0xff | (samples[at + 1] & 0xff) << 8 | (samples[at + 2] & 0xff) << 16;
    }
    return new IdMap(png.size(), ids);
  }

  /**
   * Writes an id map as an 8-bit RGB PNG. An existing file is replaced.
   *
   * @param file the file to write
   * @param map the map
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, IdMap map) throws IOException {
    OutputFile.write(file, encode(map));
  }

  /**
   * {@return the content of the file that {@link #write} writes}
   *
   * @param map the map
   */
  public static byte[] encode(IdMap map) {
    int[] ids = map.ids();
    byte[] rgb = new byte[Math.multiplyExact(ids.length, 3)];
    for (int i = 0; i < ids.length; i++) {
      rgb[3 * i] = (byte) ids[i];
      rgb[3 * i + 1] = (byte) (ids[i] >> 8);
      rgb[3 * i + 2] = (byte) (ids[i] >> 16);
    }
    return PngWriter.encode(map.size(), PngFile.Colour.RGB, 8, rgb);
  }
}
