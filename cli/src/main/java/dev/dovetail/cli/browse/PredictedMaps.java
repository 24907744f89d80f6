package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.cityscapes.SubmittedFiles;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Predicted label maps of a folder: numbers of classes from 0 on, or ids of Cityscapes' labels. */
final class PredictedMaps {

  private interface Finder {
    Optional<Path> find(String name) throws IOException;
  }

  private final Path folder;
  private final Finder finder;
  private final boolean submitted;
  private final int classes;
  private final Warnings warnings;

  private PredictedMaps(
      Path folder, Finder finder, boolean submitted, int classes, Warnings warnings) {
    this.folder = folder;
    this.finder = finder;
    this.submitted = submitted;
    this.classes = classes;
    this.warnings = warnings;
  }

  /**
   * Lists a folder.
   *
   * @param submitted whether the maps are as they are submitted to Cityscapes
   * @throws UsageException if it is not a folder with PNG files
   */
  static PredictedMaps open(Path folder, boolean submitted, int classes, Warnings warnings)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "PREDICTIONS: "
              + folder
              + " is a file; the set has label maps, so a folder of predicted label maps (PNG) was"
              + " expected, such as the label_maps of 'dovetail eval'");
    }
    if (submitted) {
      return new PredictedMaps(
          folder, new SubmittedFiles(folder, "png")::find, true, classes, warnings);
    }
    Map<String, Path> files = new HashMap<>();
    LabelSource.files("PREDICTIONS", folder, Set.of("png"))
        .forEach((name, file) -> files.put(name.replaceFirst("\\.labels$", ""), file));
    if (files.isEmpty()) {
      throw new UsageException("PREDICTIONS: there is no PNG file in the folder " + folder);
    }
    return new PredictedMaps(
        folder, name -> Optional.ofNullable(files.get(name)), false, classes, warnings);
  }

  /**
   * Reads the map of an image.
   *
   * @param truth stands in for a map that is not there
   * @return the predicted classes; their number for what is none
   */
  int[] read(LabelledImage image, int... truth) throws IOException {
    Optional<Path> file = finder.find(image.name());
    if (file.isEmpty()) {
      warnings.add(
          "images without a prediction (not compared)",
          () -> folder + " has no map of " + image.name());
      return truth.clone();
    }
    LabelMap map = LabelPng.read(file.get());
    if (!map.size().equals(image.size())) {
      throw new FormatException(
          file.get()
              + (" has " + map.size() + " pixels; its label map, " + image.source() + ", has ")
              + image.size());
    }
    if (submitted) {
      map = map.mapped(CityscapesLabel.trainIds(), CityscapesLabel.NO_CLASS);
    }
    int[] prediction = new int[truth.length];
    for (int i = 0; i < prediction.length; i++) {
      prediction[i] = Math.min(map.at(i), classes);
    }
    return prediction;
  }
}
