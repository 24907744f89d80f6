package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.ClassNamesOption;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.labels.FileStart;
import dev.dovetail.cli.labels.ImageFiles;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelRequest;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.classification.ImageFolder;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import dev.dovetail.formats.voc.VocAnnotation.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to browse a data set.
 *
 * @param set the value of SET on the command line
 * @param images the directory of the images; empty if the data set specifies it
 * @param classes the file of class names; empty if the data set contains them
 * @param split the split to browse, if the data set has splits
 * @param warnings counts irregularities
 */
record SetRequest(
    Path set, Optional<Path> images, Optional<Path> classes, Split split, Warnings warnings) {

  /** The height and width of an image of unknown size. */
  private static final int UNKNOWN = -1;

  /**
   * Reads the annotations. Of label maps, only the file names are read.
   *
   * @param format the format of the data set; null to detect it
   * @throws UsageException if the options contradict the data set
   * @throws IOException if the annotations cannot be read
   */
  BrowsedSet open(@Nullable SetFormat format) throws IOException {
    if (images.isPresent() && !Files.isDirectory(images.get())) {
      throw new UsageException("--images " + images.get() + " is not a directory");
    }
    SetFormat known = format == null ? SetFormat.of(this) : format;
    if (known == SetFormat.IMAGES) {
      return new BrowsedObjects(listed(), set);
    }
    if (known == SetFormat.CLASSIFICATION) {
      Path part = part(set);
      List<String> names = names();
      return new BrowsedClasses(ImageFolder.open(part, names, warnings));
    }
    return open(known.labels());
  }

  private List<String> names() throws IOException {
    return classes.isEmpty() ? List.of() : ClassNamesOption.read("--classes", classes.get());
  }

  /** Returns the subdirectory of the split if it exists, or else the directory itself. */
  Path part(Path folder) {
    String name = split == Split.TRAIN ? "train" : "val";
    Path part = folder.resolve(name);
    return Files.isDirectory(part) ? part : folder;
  }

  private BrowsedSet open(LabelFormat format) throws IOException {
    DataPaths paths = paths(format);
    if (format == LabelFormat.COCO && FileStart.first(paths.annotations()) != '[') {
      CocoDataset dataset = CocoDataset.read(paths.annotations(), warnings);
      return new BrowsedObjects(dataset, paths.images());
    }
    boolean yaml = paths.annotations().toString().matches("(?i).*\\.ya?ml");
    ImageFiles files = yaml ? null : ImageFiles.in(paths.images());
    LabelRequest request =
        new LabelRequest(paths.annotations(), files, names(), false, Pixels.FROM_ONE, warnings);
    LabelSource source = format.open(request, yaml ? yamlPart(paths.annotations()) : null, null);
    if (format == LabelFormat.COCO_PANOPTIC) {
      return new BrowsedSegments(source, files, paths.images());
    }
    if (source.isMaps()) {
      return new BrowsedMaps(source, paths.images(), format);
    }
    return BrowsedObjects.of(source, files, yaml ? source.folder() : paths.images());
  }

  /** Returns the split if a {@code data.yaml} lists it; null to use the only one. */
  private @Nullable String yamlPart(Path yaml) throws IOException {
    return LabelFormat.hasPart(yaml, split.label()) ? split.label() : null;
  }

  /** Returns the locations of images and annotations. */
  private DataPaths paths(LabelFormat format) throws IOException {
    if (!Files.isDirectory(set)) {
      return new DataPaths(imagesOfFile(), set);
    }
    Optional<DataPaths> downloaded =
        images.isEmpty() ? DataPaths.find(set, split, SetFormat.kind(format)) : Optional.empty();
    if (downloaded.isPresent()) {
      return downloaded.get();
    }
    Path yaml = set.resolve(SetFormat.YAML);
    if (format == LabelFormat.YOLO && Files.isRegularFile(yaml) && images.isEmpty()) {
      return new DataPaths(set, yaml);
    }
    return new DataPaths(
        images.orElseGet(() -> part(SetFormat.usualImages(set))),
        part(set.resolve(labels(format))));
  }

  private static String labels(LabelFormat format) {
    return format == LabelFormat.YOLO ? "labels" : "";
  }

  private Path imagesOfFile() {
    boolean yaml = set.toString().matches("(?i).*\\.ya?ml");
    if (yaml && images.isPresent()) {
      throw new UsageException("a data.yaml specifies the location of the images; omit --images");
    }
    if (!yaml && images.isEmpty()) {
      throw new UsageException(
          "SET " + set + " is a file; specify the directory of its images with --images DIR");
    }
    return images.orElse(set);
  }

  /** Lists the images in a directory, without annotations. */
  private CocoDataset listed() throws IOException {
    List<CocoImage> found = new ArrayList<>();
    for (Path file : DataFolder.files(set)) {
      if (DataFolder.hasEnding(file, ImageFormat.ENDINGS)) {
        String name = set.relativize(file).toString();
        found.add(new CocoImage(found.size(), UNKNOWN, UNKNOWN, name));
      }
    }
    if (found.isEmpty()) {
      throw new IOException(
          set
              + " contains no images and is not a supported data set; expected images, or"
              + " annotations in a format of --from");
    }
    return new CocoDataset(set.toString(), found, List.of(), List.of());
  }
}
