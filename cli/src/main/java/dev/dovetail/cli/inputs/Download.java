package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.files.HttpFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Downloads a URL to a file, within limits. */
final class Download {

  static final int MEGABYTE = 1_000_000;

  /** Progress is shown for files with at least this many bytes. */
  private static final long SHOWN = 5L * MEGABYTE;

  /**
   * Limits of a download.
   *
   * @param bytes the maximum size of one file
   * @param time the maximum duration of one download
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
   * @throws IOException if the download fails; the message starts with the URL
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
              + ", but the limit is "
              + megabytes(limits.bytes())
              + "; raise it with --max-download");
    }
    if (System.nanoTime() - start > limits.time().toNanos()) {
      throw new Refused(
          "took more than "
              + limits.time().toSeconds()
              + " s; raise the limit with --download-timeout");
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
