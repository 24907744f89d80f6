package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.FileStart;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.formats.datasets.PanopticTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The directories of segment maps that panoptic JSON files refer to. */
public final class PanopticOptions implements OptionGroup {

  @Option(
      names = "--gt-images",
      paramLabel = "DIR",
      description =
          "directory of PNG files with the segment ids of the ground truth (default: G without .json)")
  private Path truthImages;

  @Option(
      names = "--dt-images",
      paramLabel = "DIR",
      description =
          "directory of PNG files with the segment ids of the predictions (default: D without .json)")
  private Path predictionImages;

  @Option(
      names = "--compare-images",
      paramLabel = "DIR",
      description =
          "directory of PNG files with the segment ids of --compare (default: OTHER without .json)")
  private Path comparedImages;

  @Override
  public String names() {
    return "--gt-images, --dt-images and --compare-images";
  }

  /**
   * Returns the directory of the ground truth's maps.
   *
   * @throws UsageException if it is not a directory
   */
  Path truthImages(Path truth) {
    return folder("--gt-images", truthImages, truth);
  }

  /**
   * Returns the directory of the predicted maps.
   *
   * @throws UsageException if it is not a directory
   */
  Path predictionImages(Path predictions) {
    return folder("--dt-images", predictionImages, predictions);
  }

  /**
   * Returns the directory of the maps of {@code --compare}.
   *
   * @throws UsageException if it is not a directory
   */
  Path comparedImages(Path others) {
    return folder("--compare-images", comparedImages, others);
  }

  /**
   * Returns the directory of a JSON file's maps. Those of {@code results.json} are in the same
   * directory.
   */
  private static Path expectedMaps(Path json) {
    Path folder = json.toAbsolutePath().getParent();
    try {
      return FileStart.first(json) == '[' ? folder : PanopticTruth.expectedMaps(json);
    } catch (IOException e) {
      return PanopticTruth.expectedMaps(json);
    }
  }

  private static Path folder(String option, Path specified, Path json) {
    Path folder =
        specified != null
            ? specified
            : PanopticTruth.maps(json).orElseGet(() -> expectedMaps(json));
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          option
              + (": no such directory: "
                  + folder
                  + "; expected a directory with the PNG files of "
                  + json)
              + (specified == null ? PanopticTruth.unpacking(json) : ""));
    }
    return folder;
  }
}
