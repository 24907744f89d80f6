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

/** Options that limit the inputs of a command. */
public final class InputOptions {

  /** Describes the accepted inputs. */
  public static final String DESCRIPTION =
      "images, videos, directories (searched recursively), patterns such as 'photos/**/*.jpg',"
          + " @LIST for a text file with one input per line, http:// and https:// URLs, - for"
          + " an image from the standard input, /dev/video0 for a webcam";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "process every N-th frame of a video (default: ${DEFAULT-VALUE}, all frames)")
  private int every;

  @Option(
      names = "--max-download",
      paramLabel = "MB",
      defaultValue = "1000",
      description = "maximum size of a file downloaded from a URL (default: ${DEFAULT-VALUE})")
  private int megabytes;

  @Option(
      names = "--download-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "maximum duration of a download (default: ${DEFAULT-VALUE})")
  private int seconds;

  /**
   * Finds the inputs. Remote inputs are downloaded later.
   *
   * @param inputs the inputs as specified by the user; see {@link #DESCRIPTION}
   * @param out the output directory; null if there is none
   */
  public Inputs find(List<String> inputs, @Nullable Path out) throws IOException {
    requirePositive("--every", every);
    requirePositive("--max-download", megabytes);
    requirePositive("--download-timeout", seconds);
    Download.Limits limits =
        new Download.Limits((long) megabytes * Download.MEGABYTE, Duration.ofSeconds(seconds));
    return Inputs.find(inputs, out, limits, ConsoleProgress.of(spec.commandLine().getErr(), "MB"));
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new UsageException(option + " " + value + ": expected 1 or more");
    }
  }

  /** Returns the stride: one of this many frames is processed. */
  public int every() {
    return every;
  }
}
