package dev.dovetail.bench;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.internal.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A directory of JPEG pictures with soft random blobs, which compress similarly to photos. */
final class RandomImages implements AutoCloseable {

  private static final int BLOBS = 40;

  private final Path folder;
  private final List<Job> jobs = new ArrayList<>();

  RandomImages(int count, Size size) throws IOException {
    folder = Files.createTempDirectory("dovetail-bench");
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve(i + ".jpg");
      ImageWriter.write(file, Image.of(size, pixels(size, new SplittableRandom(i))));
      jobs.add(new Job(i, ImageSource.of(file), size));
    }
  }

  List<Job> jobs() {
    return jobs;
  }

  private static byte[] pixels(Size size, SplittableRandom random) {
    double[][] blobs = new double[BLOBS][];
    for (int i = 0; i < BLOBS; i++) {
      double radius = 10 + random.nextDouble() * size.width() / 4;
      blobs[i] =
          new double[] {
            random.nextDouble() * size.height(),
            random.nextDouble() * size.width(),
            radius * radius,
            random.nextInt(3)
          };
    }
    byte[] bgr = new byte[Math.toIntExact(3 * size.pixels())];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        double[] value = {20, 20, 20};
        for (double[] b : blobs) {
          double d = (y - b[0]) * (y - b[0]) + (x - b[1]) * (x - b[1]);
          value[(int) b[3]] += 150 / (1 + d / b[2]) - 20;
        }
        for (int c = 0; c < 3; c++) {
          double noisy = value[c] + random.nextInt(16);
          bgr[(y * size.width() + x) * 3 + c] = (byte) Math.min(Math.max(noisy, 0), 255);
        }
      }
    }
    return bgr;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
