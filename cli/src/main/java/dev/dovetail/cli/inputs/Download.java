package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.files.HttpFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Copies what a user named by a URL into a file, within limits. */
final class Download {

  static final int MEGABYTE = 1_000_000;

  /** From so many bytes on it is shown how many have come. */
  private static final long SHOWN = 5L * MEGABYTE;

  /**
   * What is too much.
   *
   * @param bytes the most bytes of one file
   * @param time the longest that one file may take
   */
  record Limits(long bytes, Duration time) {}

  /** Ends a download from within. */
  private static final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  private final URI url;
  private final Limits limits;
  private final ConsoleProgress progress;
  private final long start = System.nanoTime();
  private long shown = -1;

  private Download(URI url, Limits limits, ConsoleProgress progress) {
    this.url = url;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * Downloads a file.
   *
   * @throws IOException if it cannot be had, in a sentence that begins with the URL
   */
  static void to(Path file, URI url, Limits limits, ConsoleProgress progress) throws IOException {
    Download download = new Download(url, limits, progress);
    try {
      HttpFile.of(url.toASCIIString()).download(file, download::arrived);
    } catch (Refused e) {
      throw new IOException(url + ": " + e.getMessage(), e);
    } finally {
      progress.close();
    }
  }

  private void arrived(long done, long total) {
    if (Math.max(done, total) > limits.bytes()) {
      throw new Refused(
          (total < 0 ? "more than " + megabytes(done) : megabytes(total))
              + ", and at most "
              + megabytes(limits.bytes())
              + " are downloaded; --max-download allows for more");
    }
    if (System.nanoTime() - start > limits.time().toNanos()) {
      throw new Refused(
          "took more than " + limits.time().toSeconds() + " s; --download-timeout allows for more");
    }
    if (total > SHOWN) {
      show(done / MEGABYTE, total);
    }
  }

  private void show(long megabytes, long total) {
    if (shown < 0) {
      progress.say("dovetail: downloading " + url + ", " + megabytes(total));
      progress.start((int) (total / MEGABYTE), 0);
      shown = 0;
    }
    for (; shown < megabytes; shown++) {
      progress.step();
    }
  }

  private static String megabytes(long bytes) {
    return Math.round((double) bytes / MEGABYTE) + " MB";
  }
}
