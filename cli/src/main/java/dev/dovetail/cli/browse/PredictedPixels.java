package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.cli.labels.PanopticSource;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.cityscapes.SubmittedFiles;
import dev.dovetail.formats.datasets.PanopticTruth;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Predicted classes of pixels: label maps, a Cityscapes submission, or segments. */
final class PredictedPixels {

  /**
   * The predicted classes of an image.
   *
   * @param file the file that was read
   * @param at the class of each pixel, in row-major order; the number of classes for no class
   */
  private record Found(Path file, Size size, int[] at) {}

  private interface Reader {
    @Nullable Found read(String name) throws IOException;
  }

  private final Path place;
  private final Reader reader;
  private final Warnings warnings;

  private PredictedPixels(Path place, Reader reader, Warnings warnings) {
    this.place = place;
    this.reader = reader;
    this.warnings = warnings;
  }

  /**
   * Lists a directory of label maps whose values are class indices from 0.
   *
   * @throws UsageException if it is not a directory with PNG files
   */
  static PredictedPixels ofFolder(Path folder, int classes, Warnings warnings) throws IOException {
    requireFolder(folder);
    Map<String, Path> files = new HashMap<>();
    LabelSource.files("PREDICTIONS", folder, Set.of("png"))
        .forEach((name, file) -> files.put(name.replaceFirst("\\.labels$", ""), file));
    if (files.isEmpty()) {
      throw new UsageException("PREDICTIONS: no PNG files in the directory " + folder);
    }
    Reader reader =
        name -> {
          Path file = files.get(name);
          return file == null ? null : found(file, LabelPng.read(file), classes);
        };
    return new PredictedPixels(folder, reader, warnings);
  }

  /**
   * Lists a Cityscapes submission: label maps whose values are Cityscapes label ids.
   *
   * @throws UsageException if it is not a directory
   */
  static PredictedPixels ofSubmitted(Path folder, int classes, Warnings warnings)
      throws IOException {
    requireFolder(folder);
    SubmittedFiles files = new SubmittedFiles(folder, "png");
    Reader reader =
        name -> {
          Optional<Path> file = files.find(name);
          return file.isEmpty()
              ? null
              : found(
                  file.get(),
                  LabelPng.read(file.get())
                      .mapped(CityscapesLabel.trainIds(), CityscapesLabel.NO_CLASS),
                  classes);
        };
    return new PredictedPixels(folder, reader, warnings);
  }

  /**
   * Reads panoptic predictions.
   *
   * @param json the JSON file; the PNG files are in a directory of the same name next to it
   * @param categories the ids of the categories, in the order of the classes
   * @throws UsageException if the directory does not exist
   */
  static PredictedPixels ofSegments(Path json, List<Long> categories, Warnings warnings)
      throws IOException {
    Path maps =
        PanopticTruth.maps(json)
            .orElseThrow(
                () ->
                    new UsageException(
                        "PREDICTIONS: "
                            + json
                            + " needs the directory of its PNG files, "
                            + PanopticTruth.expectedMaps(json)));
    Map<String, PanopticAnnotation> images = new HashMap<>();
    for (PanopticAnnotation image : PanopticDataset.readPredictions(json, warnings).annotations()) {
      images.put(PanopticSource.name(image.fileName()), image);
    }
    Map<Long, Integer> places = new HashMap<>();
    categories.forEach(category -> places.put(category, places.size()));
    Reader reader =
        name -> {
          PanopticAnnotation image = images.get(name);
          return image == null ? null : found(maps.resolve(image.fileName()), image, places);
        };
    return new PredictedPixels(json, reader, warnings);
  }

  private static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "PREDICTIONS: "
              + folder
              + " is a file; for a data set with label maps, expected a directory of predicted label"
              + " maps (PNG), such as the label_maps of 'dovetail eval'");
    }
  }

  private static Found found(Path file, LabelMap map, int classes) {
    int[] at = new int[Math.toIntExact(map.size().pixels())];
    Arrays.setAll(at, i -> Math.min(map.at(i), classes));
    return new Found(file, map.size(), at);
  }

  private static Found found(Path file, PanopticAnnotation image, Map<Long, Integer> places)
      throws IOException {
    IdMap map = IdPng.read(file);
    Map<Integer, Integer> classes = new HashMap<>();
    for (PanopticSegment segment : image.segments()) {
      classes.put((int) segment.id(), places.getOrDefault(segment.categoryId(), places.size()));
    }
    int[] ids = map.ids();
    int[] at = new int[ids.length];
    for (int i = 0; i < at.length; i++) {
      boolean repeated = i > 0 && ids[i] == ids[i - 1];
      at[i] = repeated ? at[i - 1] : classes.getOrDefault(ids[i], places.size());
    }
    return new Found(file, map.size(), at);
  }

  /**
   * Reads the predicted classes of an image.
   *
   * @param truth the annotated classes, which are returned if there is no prediction
   * @return the class of each pixel; the number of classes for a pixel without a class
   */
  int[] read(LabelledImage image, int[] truth) throws IOException {
    Found found = reader.read(image.name());
    if (found == null) {
      warnings.add(
          "images without a prediction (not compared)",
          () -> place + " has no map of " + image.name());
      return truth;
    }
    if (!found.size().equals(image.size())) {
      throw new FormatException(
          found.file()
              + (" has " + found.size() + " pixels; its label map, " + image.source() + ", has ")
              + image.size());
    }
    return found.at();
  }
}
