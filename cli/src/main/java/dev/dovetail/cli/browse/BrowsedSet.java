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
 * A data set to look at.
 *
 * @param path what was given
 * @param dataset its annotations; of a folder of images alone a list of them
 * @param images the folder with the images
 */
record BrowsedSet(Path path, CocoDataset dataset, Path images) {

  /** Of an image of which nobody said it. */
  private static final int UNKNOWN = -1;

  /**
   * Reads the annotations.
   *
   * @throws UsageException if the options do not fit the set
   * @throws IOException if the annotations cannot be read
   */
  static BrowsedSet open(Path set, Optional<Path> images, Split split, Warnings warnings)
      throws IOException {
    if (!Files.isDirectory(set)) {
      if (images.isEmpty()) {
        throw new UsageException(
            "SET " + set + " is a file; --images DIR must name the folder with its images");
      }
      requireFolder(images.get());
      return new BrowsedSet(set, CocoDataset.read(set, warnings), images.get());
    }
    if (images.isPresent()) {
      throw new UsageException("--images is for a SET that is a JSON file; " + set + " is not");
    }
    Optional<DataPaths> known = DataPaths.find(set, split, AnnotationKind.OBJECTS);
    if (known.isPresent() && Files.isDirectory(known.get().annotations())) {
      throw new UsageException(
          set + " has label maps; expected COCO's objects (see 'dovetail convert')");
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

  /** The images of a folder, without annotations. */
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
              + " holds no images and is not a known data set; expected images, or COCO's"
              + " annotations/instances_val2017.json");
    }
    return new CocoDataset(folder.toString(), images, List.of(), List.of());
  }
}
