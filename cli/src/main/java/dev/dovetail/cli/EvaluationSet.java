package dev.dovetail.cli;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.cli.console.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The data set for evaluation: {@code --data}, or {@code --images} and annotations. */
final class EvaluationSet {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "the directory of a data set in its published layout (COCO, ADE20K or Cityscapes;"
              + " detected automatically); for a classifier, a directory with one directory per class")
  private Path data;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "instead of --data: the directory of images")
  private Path images;

  @Option(
      names = "--annotations",
      paramLabel = "FILE_OR_DIR",
      description =
          "with --images: COCO's instances or panoptic JSON, or the directory with a label map"
              + " (PNG) for every image; for a classifier, the same directory as --images, with"
              + " one directory per class")
  private Path annotations;

  /**
   * Returns the data set, or empty if none is specified.
   *
   * @throws UsageException if the options are incomplete, or one of the files does not exist
   */
  Optional<EvaluationOptions> given() {
    if (data != null) {
      if (images != null || annotations != null) {
        throw new UsageException(
            "--data replaces --images and --annotations; specify one or the other");
      }
      if (!Files.isDirectory(data)) {
        throw new UsageException("--data " + data + " is not a directory");
      }
      return Optional.of(EvaluationOptions.of(data));
    }
    if (images == null && annotations == null) {
      return Optional.empty();
    }
    if (images == null || annotations == null) {
      throw missing();
    }
    if (!Files.isDirectory(images)) {
      throw new UsageException("--images " + images + " is not a directory");
    }
    if (!Files.exists(annotations)) {
      throw new UsageException("--annotations " + annotations + " does not exist");
    }
    return Optional.of(EvaluationOptions.of(images, annotations));
  }

  /**
   * Returns the data set.
   *
   * @throws UsageException also if none is specified
   */
  EvaluationOptions required() {
    return given().orElseThrow(EvaluationSet::missing);
  }

  private static UsageException missing() {
    return new UsageException(
        "Missing required option: '--data=DIR', or '--images=DIR' and '--annotations=FILE_OR_DIR'");
  }
}
