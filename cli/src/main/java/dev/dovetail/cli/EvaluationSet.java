package dev.dovetail.cli;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.cli.console.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The data set that models are scored on: {@code --data}, or {@code --images} and annotations. */
final class EvaluationSet {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "the directory of a data set as it is downloaded, which is recognized: COCO, ADE20K or"
              + " Cityscapes; of a classifier one that holds a folder for each class")
  private Path data;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "in place of --data: the folder with the images")
  private Path images;

  @Option(
      names = "--annotations",
      paramLabel = "FILE_OR_DIR",
      description =
          "with --images: COCO's instances or panoptic JSON, or the folder with a label map (PNG)"
              + " for every image; of a classifier the folder of --images, which holds a folder for"
              + " each class")
  private Path annotations;

  /**
   * What was given, empty if nothing was.
   *
   * @throws UsageException if it is incomplete, or one of the files is not there
   */
  Optional<EvaluationOptions> given() {
    if (data != null) {
      if (images != null || annotations != null) {
        throw new UsageException("--data takes the place of --images and --annotations");
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
      throw new UsageException("--images " + images + " is not a folder");
    }
    if (!Files.exists(annotations)) {
      throw new UsageException("--annotations " + annotations + " does not exist");
    }
    return Optional.of(EvaluationOptions.of(images, annotations));
  }

  /**
   * What was given.
   *
   * @throws UsageException also if nothing was
   */
  EvaluationOptions required() {
    return given().orElseThrow(EvaluationSet::missing);
  }

  private static UsageException missing() {
    return new UsageException(
        "Missing required option: '--data=DIR', or '--images=DIR' and"
            + " '--annotations=FILE_OR_DIR'");
  }
}
