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
 * The images of a COCO data set that a run is about, found before a model runs.
 *
 * @param images the first of the annotation file
 * @param files where each is, or should be
 */
record ListedImages(CocoDataset dataset, List<CocoImage> images, List<Path> files) {

  ListedImages {
    images = List.copyOf(images);
    files = List.copyOf(files);
  }

  /**
   * Looks for the images; none is opened.
   *
   * @param folder that the file names are relative to
   * @param limit the most images
   * @param warnings counts file names as other systems write them
   * @throws IOException if the data set lists no image or one without a name, if no image is there,
   *     or if one is not and its name is of another system
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
              + " lists is there; the first should be "
              + files.get(0)
              + hint(folder, files.get(0)));
    }
    return new ListedImages(dataset, images, files);
  }

  private static String hint(Path folder, Path file) {
    Path beside = folder.resolve(file.getFileName());
    return Files.exists(beside)
        ? ". There is " + beside + ": give the folder that the names of the annotations begin in"
        : "";
  }
}
