package dev.dovetail.cli.score.scorer;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.InputFile;
import dev.dovetail.formats.Warnings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The input of a scorer.
 *
 * @param truth the value of {@code --gt}
 * @param predictions the value of {@code --dt}; null if saved states replace it
 * @param options the options that apply only to some types
 * @param warnings counts or rejects irregularities
 * @param err receives progress
 * @param depth the amount of requested data
 */
public record ScoreInput(
    Path truth,
    Path predictions,
    OptionGroups options,
    Warnings warnings,
    PrintWriter err,
    Depth depth) {

  /** The data requested in addition to the metrics. */
  public enum Depth {
    /** None: the predictions are the reference of a comparison. */
    COMPARED,
    /** As specified by the options. */
    AS_ASKED,
    /** All available data. */
    ALL
  }

  /**
   * Returns the input for scoring the predictions of {@code --compare} on the same ground truth.
   */
  public ScoreInput withPredictions(Path others, Warnings ofOthers) {
    return new ScoreInput(truth, others, options, ofOthers, err, Depth.COMPARED);
  }

  /**
   * Checks the inputs of types that need two JSON files.
   *
   * @throws UsageException if one is a directory, or both are the same pipe
   */
  public void requireFiles() {
    requirePredictionsFile();
    requireTruthFile();
  }

  /**
   * Checks the inputs of types whose ground truth is a JSON file, and whose predictions may be a
   * directory.
   *
   * @throws UsageException if the ground truth is a directory, or both are the same pipe
   */
  public void requireTruthFile() {
    requireFile("--gt", truth);
    if (predictions != null) {
      if (predictions.equals(truth) && InputFile.isStream(truth)) {
        throw new UsageException(
            "--gt and --dt are the same pipe, which can be read only once: " + truth);
      }
    }
  }

  /**
   * Checks the input of types whose predictions are a JSON file.
   *
   * @throws UsageException if it is a directory
   */
  public void requirePredictionsFile() {
    if (predictions != null) {
      requireFile("--dt", predictions);
    }
  }

  /**
   * Checks that the ground truth can be read twice.
   *
   * @throws UsageException if it is a pipe
   */
  public void requireFileToReadTwice(String option) {
    if (InputFile.isStream(truth)) {
      throw new UsageException(
          option
              + " reads the ground truth twice, and --gt "
              + truth
              + " is a pipe; specify a file");
    }
  }

  private static void requireFile(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw new UsageException(
          option
              + " "
              + path
              + " is a directory; expected a JSON file (only --type semantic and --gt of"
              + " classification accept directories)");
    }
  }
}
