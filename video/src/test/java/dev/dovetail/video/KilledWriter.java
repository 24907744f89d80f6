package dev.dovetail.video;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Path;

/** A program that writes frames until it is killed, and prints their number after each one. */
final class KilledWriter {

  static final double RATE = 10;

  private KilledWriter() {}

  public static void main(String[] args) throws IOException {
    Size size = new Size(48, 64);
    byte[] bgr = new byte[(int) size.pixels() * Image.CHANNELS];
    try (VideoWriter writer = new FFmpegLibrary().create(Path.of(args[0]), RATE)) {
      for (int i = 0; ; i++) {
        java.util.Arrays.fill(bgr, (byte) (20 + 5 * (i % 40)));
        writer.write(Image.of(size, bgr), i / RATE);
        System.out.println(i + 1);
        System.out.flush();
      }
    }
  }
}
