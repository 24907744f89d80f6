package dev.dovetail.eval.gallery;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoImage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The image files of a set. One that cannot be read is counted, and shown without its picture.
 *
 * @param folder that their names are relative to
 * @param warnings counts what is odd, or refuses it
 */
public record PhotoFolder(Path folder, Warnings warnings) {

  /** Of an image whose size nobody knows. */
  private static final Size UNKNOWN = new Size(480, 640);

  /**
   * An image in a gallery.
   *
   * @param size as the annotations say, else that of the file
   * @param isThere whether its file could be read
   */
  record Photo(Size size, boolean isThere) {}

  /** Copies the photo that annotations name. */
  Photo copy(PictureFiles files, int number, CocoImage image) throws IOException {
    Photo photo = copy(files, number, image.fileName());
    return image.width() > 0 && image.height() > 0
        ? new Photo(new Size(image.height(), image.width()), photo.isThere)
        : photo;
  }

  /** Copies a photo by its name. */
  Photo copy(PictureFiles files, int number, String name) throws IOException {
    Path file;
    try {
      file = ListedFile.find(folder, name, "the image " + name, warnings);
    } catch (FormatException e) {
      return missing(name, e);
    }
    return copyFile(files, number, file);
  }

  /** Copies a photo. */
  Photo copyFile(PictureFiles files, int number, Path file) throws IOException {
    try {
      return new Photo(files.photo(number, file), true);
    } catch (NoSuchFileException e) {
      return missing(file.toString(), e);
    } catch (dev.dovetail.formats.image.BadImageException e) {
      return missing(e.getMessage(), e);
    }
  }

  private Photo missing(String what, IOException cause) throws FormatException {
    String reason = cause instanceof NoSuchFileException ? what + " does not exist" : what;
    warnings.add("images that cannot be read (shown without a picture)", () -> reason);
    return new Photo(UNKNOWN, false);
  }
}
