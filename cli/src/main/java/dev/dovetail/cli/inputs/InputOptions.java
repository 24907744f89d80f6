package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much of its inputs a verb takes. */
public final class InputOptions {

  /** What an input can be. */
  public static final String DESCRIPTION =
      "images, videos, folders with them (also in folders below), patterns such as"
          + " 'photos/**/*.jpg', @LIST for a text file with an input on each line, http:// and"
          + " https:// URLs, - for an image from the standard input, /dev/video0 for a webcam";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "of a video take every N-th frame (default: ${DEFAULT-VALUE}, all)")
  private int every;

  @Option(
      names = "--max-download",
      paramLabel = "MB",
      defaultValue = "1000",
      description = "the largest file that is downloaded from a URL (default: ${DEFAULT-VALUE})")
  private int megabytes;

  @Option(
      names = "--download-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "the longest that a download may take (default: ${DEFAULT-VALUE})")
  private int seconds;

  /**
   * Finds the inputs, of which those that are elsewhere are fetched later.
   *
   * @param inputs as the user wrote them: see {@link #DESCRIPTION}
   * @param out where results are written; null if they are not
   */
  public Inputs find(List<String> inputs, @Nullable Path out) throws IOException {
    requirePositive("--every", every);
    requirePositive("--max-download", megabytes);
    requirePositive("--download-timeout", seconds);
    Download.Limits limits =
        new Download.Limits((long) megabytes * Download.MEGABYTE, Duration.ofSeconds(seconds));
    return Inputs.find(inputs, out, limits, ConsoleProgress.of(verb.commandLine().getErr(), "MB"));
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new UsageException(option + " " + value + ": expected 1 or more");
    }
  }

  /** Of how many frames one is taken. */
  public int every() {
    return every;
  }
}
