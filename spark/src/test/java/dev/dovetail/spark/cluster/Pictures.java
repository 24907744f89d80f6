package dev.dovetail.spark.cluster;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.PngFile;
import dev.dovetail.formats.image.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Small images of random patches. */
final class Pictures {

  private Pictures() {}

  /** Writes distinct images and returns their directory. */
  static Path write(Path folder, int count, int height, int width) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(5);
    byte[] patches = new byte[3 * 64];
    byte[] pixels = new byte[3 * height * width];
    for (int picture = 0; picture < count; picture++) {
      random.nextBytes(patches);
      for (int i = 0; i < pixels.length; i++) {
        int patch = i / 3 / width * 8 / height * 8 + i / 3 % width * 8 / width;
        pixels[i] = patches[3 * patch + i % 3];
      }
      Files.write(
          folder.resolve(String.format(Locale.ROOT, "%06d.png", picture)),
          PngWriter.encode(new Size(height, width), PngFile.Colour.RGB, 8, pixels));
    }
    return folder;
  }
}
