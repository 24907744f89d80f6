package dev.dovetail.cli.browse;

import dev.dovetail.cli.labels.Images;
import dev.dovetail.cli.labels.LabelFormat;
import dev.dovetail.cli.labels.LabelSource;
import dev.dovetail.eval.gallery.PhotoFolder;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A data set with segments. Without predictions, segments are shown as objects. With predictions,
 * they are shown and compared as label maps.
 *
 * @param source the segments
 * @param files finds the files of images
 * @param images the directory of the images
 */
record BrowsedSegments(LabelSource source, Images files, Path images) implements BrowsedSet {

  @Override
  public Pages pages(PhotoFolder photos, Optional<Path> predictions, Warnings warnings)
      throws IOException {
    BrowsedSet set =
        predictions.isPresent()
            ? new BrowsedMaps(source, images, LabelFormat.COCO_PANOPTIC)
            : BrowsedObjects.of(source, files, images);
    return set.pages(photos, predictions, warnings);
  }
}
