package dev.dovetail.eval.gallery;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.formats.image.ImageFormat;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The image files of a data set. A file that cannot be read is counted, and its image is shown
 * without a picture. Thread-safe.
 */
public final class PhotoFolder {

  /** The placeholder for an unknown image size. */
  private static final Size UNKNOWN = new Size(480, 640);

  /**
   * The suffixes that Cityscapes adds to the name of an image for its photo and its annotations.
   */
  private static final String ENDINGS = "_leftImg8bit$|_gtFine(_[A-Za-z]+)?$";

  private final Path folder;
  private final Warnings warnings;
  private Map<String, Path> byName = Map.of();

  /**
   * Finds the files of a directory.
   *
   * @param folder the directory that their names are relative to
   * @param warnings counts or rejects anomalies
   */
  public PhotoFolder(Path folder, Warnings warnings) {
    this.folder = folder;
    this.warnings = warnings;
  }

  /**
   * An image in a gallery.
   *
   * @param size in the annotations or, without one, that of the file
   * @param isThere whether its file could be read
   */
  public record Photo(Size size, boolean isThere) {}

  /**
   * Copies the photo of an annotated image.
   *
   * @param files receives the copy
   * @param number of the image
   * @param image in the annotations
   * @return the properties of the photo
   * @throws IOException if the copy cannot be written, or an anomaly is rejected
   */
  public Photo copy(PictureFiles files, int number, CocoImage image) throws IOException {
    Photo photo = copy(files, number, image.fileName());
    return image.width() > 0 && image.height() > 0
        ? new Photo(new Size(image.height(), image.width()), photo.isThere)
        : photo;
  }

  /**
   * Copies a photo.
   *
   * @param name its path below the directory
   */
  Photo copy(PictureFiles files, int number, String name) throws IOException {
    Path file;
    try {
      file = ListedFile.find(folder, name, "the image " + name, warnings);
    } catch (FormatException e) {
      return missing(e.getMessage());
    }
    return copy(files, number, file);
  }

  /**
   * Copies the photo that has the same name as a map of labels or segments, except for the
   * extension.
   *
   * @param map the path of the map below its directory, without extension
   */
  Photo copyOf(PictureFiles files, int number, String map) throws IOException {
    Map<String, Path> all = byName();
    String name = map.replaceFirst(ENDINGS, "");
    Path file = all.getOrDefault(name, all.get(lastPart(name)));
    return file == null
        ? missing(folder + " has no image named " + name)
        : copy(files, number, file);
  }

  /** Returns the files by path and by name, without extensions. */
  private synchronized Map<String, Path> byName() throws IOException {
    if (byName.isEmpty()) {
      byName = new HashMap<>();
      for (Path file : DataFolder.files(folder)) {
        if (DataFolder.hasEnding(file, ImageFormat.ENDINGS)) {
          String name = DataFolder.stem(folder, file).replaceFirst(ENDINGS, "");
          byName.put(name, file);
          byName.putIfAbsent(lastPart(name), file);
        }
      }
    }
    return byName;
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private Photo copy(PictureFiles files, int number, Path file) throws IOException {
    try {
      return new Photo(files.photo(number, file), true);
    } catch (NoSuchFileException e) {
      return missing(file + " does not exist");
    } catch (BadImageException e) {
      return missing(e.getMessage());
    }
  }

  private Photo missing(String reason) throws FormatException {
    warnings.add("images that cannot be read (shown without a picture)", () -> reason);
    return new Photo(UNKNOWN, false);
  }
}
