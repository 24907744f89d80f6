package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.bootstrap.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options for comparing the predictions with others. */
final class CompareOptions {

  private static final double CONFIDENCE = 0.95;

  @Option(
      names = "--compare",
      paramLabel = "OTHER",
      required = true,
      description = "other predictions for the same ground truth; differences are D minus OTHER")
  private Path other;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "number of bootstrap samples of the images for the 95 %% confidence intervals of the"
              + " differences (default: ${DEFAULT-VALUE})")
  private int resamples;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "random seed of the samples (default: ${DEFAULT-VALUE})")
  private long seed;

  Path other() {
    return other;
  }

  /**
   * Returns the bootstrap for the intervals.
   *
   * @throws UsageException if a value is invalid, or there are no other predictions
   */
  Bootstrap bootstrap() {
    if (!Files.exists(other)) {
      throw new UsageException("--compare " + other + ": no such file or directory");
    }
    try {
      return new Bootstrap(resamples, seed, CONFIDENCE);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--bootstrap: " + e.getMessage());
    }
  }
}
