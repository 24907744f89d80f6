package dev.dovetail.tasks.detection;

import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of a COCO data set that a run processes, located before the model runs.
 *
 * @param images the first images of the annotation file
 * @param files the expected path of each image
 */
record ListedImages(CocoDataset dataset, List<CocoImage> images, List<Path> files) {

  ListedImages {
    images = List.copyOf(images);
    files = List.copyOf(files);
  }

  /**
   * Locates the images without opening them.
   *
   * @param folder the directory that file names are relative to
   * @param limit the maximum number of images
   * @param warnings counts file names in the syntax of other systems
   * @throws IOException if the data set lists no image or one without a name, if all images are
   *     missing, or if an image with a name in the syntax of another system is missing
   */
  static ListedImages find(CocoDataset dataset, Path folder, int limit, Warnings warnings)
      throws IOException {
    if (dataset.images().isEmpty()) {
      throw new IOException(
          dataset.source() + " lists no images under \"images\", so there is nothing to do");
    }
    List<CocoImage> images = dataset.images().stream().limit(limit).toList();
    List<Path> files = new ArrayList<>();
    for (CocoImage image : images) {
      String listing = dataset.source() + ": image " + dataset.ids().images().text(image.id());
      if (image.fileName().isEmpty()) {
        throw new IOException(listing + " has no \"file_name\"");
      }
      files.add(ListedFile.find(folder, image.fileName(), listing, warnings));
    }
    if (files.stream().noneMatch(Files::exists)) {
      throw new IOException(
          "none of the images that "
              + dataset.source()
              + " lists exists; the first one should be "
              + files.get(0)
              + hint(folder, files.get(0)));
    }
    return new ListedImages(dataset, images, files);
  }

  private static String hint(Path folder, Path file) {
    Path beside = folder.resolve(file.getFileName());
    return Files.exists(beside)
        ? ". However, "
            + beside
            + " exists: specify the directory that the file names in the annotations are relative to"
        : "";
  }
}
