package dev.dovetail.cli.labels;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoFiles;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.CocoResultsBuilder;
import dev.dovetail.formats.mask.Segmentation;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads detections in any format as a result list for a COCO ground truth. */
public final class DetectionFiles {

  private final CocoDataset truth;
  private final boolean masks;
  private final Warnings warnings;

  private DetectionFiles(CocoDataset truth, boolean masks, Warnings warnings) {
    this.truth = truth;
    this.masks = masks;
    this.warnings = warnings;
  }

  /**
   * Reads a ground truth and detections.
   *
   * @param masks whether masks are scored instead of boxes; areas are then computed from masks
   * @throws IOException if a file is invalid; the message contains file and position
   */
  public static CocoFiles read(Path truth, Path detections, boolean masks, Warnings warnings)
      throws IOException {
    LabelFormat format = format(detections);
    if (format == LabelFormat.COCO) {
      return CocoFiles.read(truth, detections, warnings);
    }
    CocoDataset dataset = CocoDataset.read(truth, warnings);
    return new CocoFiles(
        dataset, new DetectionFiles(dataset, masks, warnings).read(detections, format));
  }

  /**
   * Reads detections for a ground truth.
   *
   * @param masks whether masks are scored
   * @throws IOException if a file is invalid; the message contains file and position
   */
  public static CocoResults read(
      CocoDataset truth, Path detections, boolean masks, Warnings warnings) throws IOException {
    LabelFormat format = format(detections);
    return format == LabelFormat.COCO
        ? CocoResults.read(detections, warnings)
        : new DetectionFiles(truth, masks, warnings).read(detections, format);
  }

  /** Detects the format from the types of files in a directory, or from the start of a file. */
  static LabelFormat format(Path detections) throws IOException {
    if (!Files.isDirectory(detections)) {
      return FileStart.format(detections);
    }
    return formatOfFolder(detections)
        .orElseThrow(
            () ->
                new UsageException(
                    detections
                        + " is a directory without detections; expected a JSON file of results, a CSV"
                        + " file, or a directory with label files of YOLO (*.txt), Pascal VOC (*.xml)"
                        + " or LabelMe (*.json)"));
  }

  /** The format of the label files in a directory; empty if there is none. */
  public static Optional<LabelFormat> formatOfFolder(Path folder) throws IOException {
    List<Path> files = DataFolder.files(folder);
    for (Path file : files) {
      if (DataFolder.hasEnding(file, Set.of("xml"))) {
        return Optional.of(LabelFormat.VOC);
      }
      String name = file.getFileName().toString();
      if (DataFolder.hasEnding(file, Set.of("txt")) && !name.equals("classes.txt")) {
        return Optional.of(LabelFormat.YOLO);
      }
    }
    for (Path file : files) {
      if (DataFolder.hasEnding(file, Set.of("json"))
          && FileStart.format(file) == LabelFormat.LABELME) {
        return Optional.of(LabelFormat.LABELME);
      }
    }
    return Optional.empty();
  }

  private CocoResults read(Path detections, LabelFormat format) throws IOException {
    LabelSource source =
        format.open(
            new LabelRequest(
                detections, new TruthImages(truth), List.of(), true, Pixels.FROM_ONE, warnings));
    Map<String, Long> categories = new HashMap<>();
    for (CocoCategory category : truth.categories()) {
      if (categories.put(category.name(), category.id()) != null) {
        throw new FormatException(
            truth.source()
                + (": two categories have the name \""
                    + category.name()
                    + "\", so that category names of detections")
                + " are ambiguous");
      }
    }
    DetectionMatch match = new DetectionMatch(truth);
    Map<String, Long> unlisted = new HashMap<>();
    CocoResultsBuilder rows =
        new CocoResultsBuilder(masks ? CocoResults.Kind.MASKS : CocoResults.Kind.BOXES);
    for (String name : source.names()) {
      LabelledImage image = source.read(name);
      if (image.objects().isEmpty()) {
        continue;
      }
      LabelledImage matched = match.match(image);
      CocoImage found = match.find(image);
      for (LabelledObject object : matched.objects()) {
        if (!object.hasScore()) {
          throw new FormatException(
              image.source()
                  + (": a "
                      + object.category()
                      + " has no score and is therefore not a detection"));
        }
        if (masks && !object.hasMask()) {
          throw new FormatException(
              image.source()
                  + (": a "
                      + object.category()
                      + " has a box but no mask; score boxes with --type bbox"));
        }
        Long listed = categories.get(object.category());
        long category =
            listed != null
                ? listed
                : unlisted.computeIfAbsent(object.category(), c -> -1L - unlisted.size());
        Box b = object.box();
        rows.add(
            found.id(),
            category,
            object.score(),
            masks ? null : new double[] {b.x(), b.y(), b.width(), b.height()},
            masks ? Segmentation.of(object.mask(matched.size())) : null,
            null);
      }
    }
    return rows.build(detections.toString());
  }
}
