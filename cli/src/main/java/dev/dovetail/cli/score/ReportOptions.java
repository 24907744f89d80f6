package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.report.ReportFolder;
import dev.dovetail.eval.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for the report. */
final class ReportOptions {

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "write DIR/index.html, a page with tables and charts that works offline; an existing"
              + " report is replaced")
  private Path report;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "with --report: the directory of images (classification: the directory of --gt)."
              + " DIR/pictures.html shows them with ground truth and predictions, worst first, and"
              + " with the kind of each error")
  private Path images;

  /** Returns whether a report is requested. */
  boolean isRequested() {
    return report != null;
  }

  /**
   * Returns the directory of the report.
   *
   * @param truth the ground truth; for classification, the images
   */
  Optional<ReportFolder> folder(ScoreType type, Path truth) {
    Path shown = images == null && type == ScoreType.CLASSIFICATION ? truth : images;
    return Optional.ofNullable(report).map(r -> new ReportFolder(r, Optional.ofNullable(shown)));
  }

  /**
   * Checks the options before the scoring starts.
   *
   * @throws UsageException if options contradict each other
   * @throws IOException if the page cannot be written
   */
  void check(PartOptions parts) throws IOException {
    if (images != null) {
      if (report == null) {
        throw new UsageException("--images needs --report DIR, the directory for the pages");
      }
      if (!Files.isDirectory(images)) {
        throw new UsageException("--images " + images + " is not a directory");
      }
      if (parts.asked()) {
        throw new UsageException("--images needs the predictions of all images; omit --merge");
      }
    }
    if (report != null) {
      if (parts.saves()) {
        throw new UsageException(
            "--save-state computes no metrics to report; specify --report with --merge");
      }
      Page.check(report.resolve(Page.FILE));
    }
  }
}
