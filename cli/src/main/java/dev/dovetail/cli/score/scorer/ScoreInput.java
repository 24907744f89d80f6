package dev.dovetail.cli.score.scorer;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.InputFile;
import dev.dovetail.formats.Warnings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is scored, and how.
 *
 * @param truth what {@code --gt} names
 * @param predictions what {@code --dt} names; null where states take their place
 * @param options the options that only some types read
 * @param warnings counts what is odd, or refuses it
 * @param err where progress is shown
 * @param depth how much is wanted
 */
public record ScoreInput(
    Path truth,
    Path predictions,
    OptionGroups options,
    Warnings warnings,
    PrintWriter err,
    Depth depth) {

  /** What is wanted beyond the numbers. */
  public enum Depth {
    /** Nothing: the predictions are those that others are compared with. */
    COMPARED,
    /** What the options ask for. */
    AS_ASKED,
    /** All that there is. */
    ALL
  }

  /** The same ground truth for the numbers of the predictions compared with. */
  public ScoreInput withPredictions(Path others, Warnings ofOthers) {
    return new ScoreInput(truth, others, options, ofOthers, err, Depth.COMPARED);
  }

  /**
   * For types whose inputs are two JSON files.
   *
   * @throws UsageException if one is a folder, or both are one pipe
   */
  public void requireFiles() {
    requirePredictionsFile();
    requireTruthFile();
  }

  /**
   * For types whose ground truth is a JSON file, and whose predictions may be a folder.
   *
   * @throws UsageException if the ground truth is a folder, or both are one pipe
   */
  public void requireTruthFile() {
    requireFile("--gt", truth);
    if (predictions != null) {
      if (predictions.equals(truth) && InputFile.isStream(truth)) {
        throw new UsageException(
            "--gt and --dt are the same pipe, whose bytes come once: " + truth);
      }
    }
  }

  /**
   * For types whose predictions are a JSON file.
   *
   * @throws UsageException if it is a folder
   */
  public void requirePredictionsFile() {
    if (predictions != null) {
      requireFile("--dt", predictions);
    }
  }

  /**
   * For runs that read the ground truth again.
   *
   * @throws UsageException if it is a pipe
   */
  public void requireFileToReadTwice(String option) {
    if (InputFile.isStream(truth)) {
      throw new UsageException(
          option + " reads the ground truth twice, and --gt " + truth + " is a pipe; give a file");
    }
  }

  private static void requireFile(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw new UsageException(
          option
              + " "
              + path
              + " is a folder; expected a JSON file (folders: --type semantic, and --gt of"
              + " classification)");
    }
  }
}
