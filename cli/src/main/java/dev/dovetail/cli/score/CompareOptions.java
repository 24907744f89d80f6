package dev.dovetail.cli.score;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.eval.bootstrap.Bootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the predictions are compared with. */
final class CompareOptions {

  private static final double CONFIDENCE = 0.95;

  @Option(
      names = "--compare",
      paramLabel = "OTHER",
      required = true,
      description = "other predictions for the same ground truth; what is given is D minus OTHER")
  private Path other;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "sets of images drawn for the 95 %% intervals of the differences (default:"
              + " ${DEFAULT-VALUE})")
  private int resamples;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "seed of the draws (default: ${DEFAULT-VALUE})")
  private long seed;

  Path other() {
    return other;
  }

  /**
   * How intervals are made.
   *
   * @throws UsageException if a value makes no sense, or there are no other predictions
   */
  Bootstrap bootstrap() {
    if (!Files.exists(other)) {
      throw new UsageException("--compare " + other + ": there is no such file or folder");
    }
    try {
      return new Bootstrap(resamples, seed, CONFIDENCE);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--bootstrap: " + e.getMessage());
    }
  }
}
