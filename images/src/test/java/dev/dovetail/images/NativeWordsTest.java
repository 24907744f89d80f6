package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.BadImageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a separate process and checks its standard error, to which native libraries write. */
class NativeWordsTest {

  @TempDir Path folder;

  @Test
  void noLibraryWritesToStandardErrorAboutAnAnimationAnOddPngOrADamagedWebp() throws Exception {
    Path err = folder.resolve("err");
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Decoding.class.getName())
            .redirectError(err.toFile())
            .redirectOutput(out.toFile())
            .start();
    assertEquals(0, process.waitFor(), Files.readString(err));
    assertEquals("", Files.readString(err));
    assertTrue(Files.readString(out).startsWith("6 of 6 read, "), Files.readString(out));
  }

  /** The main method of the process. */
  static final class Decoding {

    private Decoding() {}

    public static void main(String[] args) throws IOException {
      Size size = new Size(16, 24);
      Image image = Image.of(size, new byte[(int) size.pixels() * Image.CHANNELS]);
      byte[] webp = Containers.webp(image);
      byte[] frame = Containers.frame(0, 0, size, Containers.picture(webp));
      byte[] png = Containers.encoded(".png", image);
      List<byte[]> files =
          List.of(
              Containers.webp(2, size, Containers.webpChunk("ANIM", new byte[6]), frame, frame),
              Containers.webp(2, size, frame),
              webp,
              Containers.pngWith(png, Containers.pngChunk("iCCP", text("profile\0\0damaged"))),
              Containers.pngWith(png, Containers.pngChunk("acTL", new byte[8])),
              Containers.pngWith(png, Containers.pngChunk("eXIf", text("no EXIF"))));
      int read = 0;
      for (byte[] file : files) {
        ImageReader.decode(file, "picture");
        read++;
      }
      int refused = 0;
      Random random = new Random(1);
      byte[] lossy = Containers.encoded(".webp", image);
      for (int i = 0; i < 200; i++) {
        byte[] damaged = (i % 2 == 0 ? webp : lossy).clone();
        damaged[12 + random.nextInt(damaged.length - 12)] = (byte) random.nextInt();
        try {
          ImageReader.decode(damaged, "damaged");
        } catch (BadImageException e) {
          refused++;
        }
      }
      PrintStream out = System.out;
      out.println(read + " of " + files.size() + " read, " + refused + " refused");
    }

    private static byte[] text(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
