package dev.dovetail.cli.browse;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.image.ImageFormat;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.formats.layout.DataPaths;
import dev.dovetail.formats.layout.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data set to browse.
 *
 * @param path the path on the command line
 * @param dataset its annotations; for a folder of images, a list of the images
 * @param images the folder of images
 */
record BrowsedSet(Path path, CocoDataset dataset, Path images) {

  /** Height and width of an image with unknown size. */
  private static final int UNKNOWN = -1;

  /**
   * Reads the annotations.
   *
   * @throws UsageException if the options do not match the set
   * @throws IOException if the annotations cannot be read
   */
  static BrowsedSet open(Path set, Optional<Path> images, Split split, Warnings warnings)
      throws IOException {
    if (!Files.isDirectory(set)) {
      if (images.isEmpty()) {
        throw new UsageException(
            "SET " + set + " is a file; specify the folder of its images with --images DIR");
      }
      requireFolder(images.get());
      return new BrowsedSet(set, CocoDataset.read(set, warnings), images.get());
    }
    if (images.isPresent()) {
      throw new UsageException(
          "--images requires a JSON file as SET, but " + set + " is a directory");
    }
    Optional<DataPaths> known = DataPaths.find(set, split, AnnotationKind.OBJECTS);
    if (known.isPresent() && Files.isDirectory(known.get().annotations())) {
      throw new UsageException(
          set + " has label maps; expected COCO objects (convert with 'dovetail convert')");
    }
    return known.isPresent()
        ? new BrowsedSet(
            set, CocoDataset.read(known.get().annotations(), warnings), known.get().images())
        : new BrowsedSet(set, listed(set), set);
  }

  private static void requireFolder(Path images) {
    if (!Files.isDirectory(images)) {
      throw new UsageException("--images " + images + " is not a folder");
    }
  }

  /** Lists the images of a folder, without annotations. */
  private static CocoDataset listed(Path folder) throws IOException {
    List<CocoImage> images = new ArrayList<>();
    for (Path file : DataFolder.files(folder)) {
      if (DataFolder.hasEnding(file, ImageFormat.ENDINGS)) {
        String name = folder.relativize(file).toString();
        images.add(new CocoImage(images.size(), UNKNOWN, UNKNOWN, name));
      }
    }
    if (images.isEmpty()) {
      throw new IOException(
          folder
              + " contains no images and is not a supported data set; expected images, or"
              + " COCO's annotations/instances_val2017.json");
    }
    return new CocoDataset(folder.toString(), images, List.of(), List.of());
  }
}
