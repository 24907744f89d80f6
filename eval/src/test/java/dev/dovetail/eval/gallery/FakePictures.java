package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures in text files. The brightness of a pixel is the value of a byte. */
public final class FakePictures implements Pictures {

  @Override
  public Picture read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    return new Picture() {
      @Override
      public Size size() {
        return new Size(60, 80);
      }

      @Override
      public byte[] jpeg(int longest) {
        return ("jpeg of " + file.getFileName()).getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public byte[] grey(Size reduced) {
        byte[] values = new byte[(int) reduced.pixels()];
        for (int i = 0; i < values.length; i++) {
          values[i] = content[i % content.length];
        }
        return values;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public int colour(int number) {
    return 0x102030 + number;
  }
}
