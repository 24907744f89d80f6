package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.console.UsageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** What a JSON file begins with, plain or gzip, to tell a ground truth from a list of results. */
final class JsonShape {

  private static final int LOOK = 1024;

  private JsonShape() {}

  /**
   * @throws UsageException if the ground truth is a list and the result list an object
   */
  static void requireOrder(Path truth, Path results) throws IOException {
    if (first(truth) == '[' && first(results) == '{') {
      throw new UsageException(
          "--gt and --dt seem to be swapped: "
              + truth
              + " is a list, as results are, and "
              + results
              + " is an object, as a ground truth is");
    }
  }

  /** The first character that is no white space; 0 if there is none to be read. */
  private static char first(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return 0;
    }
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), LOOK)) {
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      try (InputStream text = gzip ? new GZIPInputStream(raw) : raw) {
        for (byte b : text.readNBytes(LOOK)) {
          if (b > ' ') { // neither space nor a byte order mark
            return (char) b;
          }
        }
      }
      return 0;
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      return 0; // the reader says what is wrong
    }
  }
}
