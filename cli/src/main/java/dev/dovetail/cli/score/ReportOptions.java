package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.report.ReportFolder;
import dev.dovetail.eval.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where pages are written, and what they show. */
final class ReportOptions {

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "write DIR/index.html, a page with tables and charts that needs no network; an older"
              + " report is replaced")
  private Path report;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "with --report: the folder with the images (classification: the one of --gt). In the"
              + " report, pictures.html shows them with ground truth and predictions, the worst"
              + " first, and every error by its kind")
  private Path images;

  /** Whether pages are asked for. */
  boolean isAsked() {
    return report != null;
  }

  /**
   * The folder of the report, if one is asked for.
   *
   * @param truth the ground truth, which of a classifier is the images
   */
  Optional<ReportFolder> folder(ScoreType type, Path truth) {
    Path shown = images == null && type == ScoreType.CLASSIFICATION ? truth : images;
    return Optional.ofNullable(report).map(r -> new ReportFolder(r, Optional.ofNullable(shown)));
  }

  /**
   * Refuses what cannot be done, before long work.
   *
   * @throws UsageException if options do not fit together
   * @throws IOException if the page cannot be written
   */
  void check(PartOptions parts) throws IOException {
    if (images != null) {
      if (report == null) {
        throw new UsageException("--images needs --report DIR, where the pictures go");
      }
      if (!Files.isDirectory(images)) {
        throw new UsageException("--images " + images + " is not a folder");
      }
      if (parts.asked()) {
        throw new UsageException("--images needs all predictions at once; leave out --merge");
      }
    }
    if (report != null) {
      if (parts.saves()) {
        throw new UsageException(
            "--save-state writes no numbers to report; give --report with --merge");
      }
      Page.check(report.resolve(Page.FILE));
    }
  }
}
