package dev.dovetail.cli.score.panoptic;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.FileStart;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.formats.datasets.PanopticTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the segment maps of panoptic files lie. */
public final class PanopticOptions implements OptionGroup {

  @Option(
      names = "--gt-images",
      paramLabel = "DIR",
      description = "PNG files with the segment ids of the ground truth (default: G without .json)")
  private Path truthImages;

  @Option(
      names = "--dt-images",
      paramLabel = "DIR",
      description = "PNG files with the segment ids of the predictions (default: D without .json)")
  private Path predictionImages;

  @Option(
      names = "--compare-images",
      paramLabel = "DIR",
      description = "PNG files of the predictions of --compare (default: OTHER without .json)")
  private Path comparedImages;

  @Override
  public String names() {
    return "--gt-images, --dt-images and --compare-images";
  }

  /**
   * The folder of the ground truth's maps.
   *
   * @throws UsageException if it is none
   */
  Path truthImages(Path truth) {
    return folder("--gt-images", truthImages, truth);
  }

  /**
   * The folder of the predicted maps.
   *
   * @throws UsageException if it is none
   */
  Path predictionImages(Path predictions) {
    return folder("--dt-images", predictionImages, predictions);
  }

  /**
   * The folder of the maps of the predictions compared with.
   *
   * @throws UsageException if it is none
   */
  Path comparedImages(Path others) {
    return folder("--compare-images", comparedImages, others);
  }

  /** Beside the JSON file in a folder of its name; those of {@code results.json} lie with it. */
  private static Path expectedMaps(Path json) {
    Path folder = json.toAbsolutePath().getParent();
    try {
      return FileStart.first(json) == '[' ? folder : PanopticTruth.expectedMaps(json);
    } catch (IOException e) {
      return PanopticTruth.expectedMaps(json);
    }
  }

  private static Path folder(String option, Path given, Path json) {
    Path folder =
        given != null ? given : PanopticTruth.maps(json).orElseGet(() -> expectedMaps(json));
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          option
              + (": no such folder: " + folder + "; it should hold the PNG files of " + json)
              + (given == null ? PanopticTruth.unpacking(json) : ""));
    }
    return folder;
  }
}
