package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.FileStart;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The first character of a plain or gzip JSON file, which distinguishes a ground truth from a list
 * of results.
 */
final class JsonShape {

  private JsonShape() {}

  /**
   * Checks the order of the files.
   *
   * @throws UsageException if the ground truth is a list and the result list an object
   */
  static void requireOrder(Path truth, Path results) throws IOException {
    if (FileStart.first(truth) == '[' && FileStart.first(results) == '{') {
      throw new UsageException(
          "--gt and --dt seem to be swapped: "
              + truth
              + " is a list, as results are, and "
              + results
              + " is an object, as a ground truth is");
    }
  }
}
