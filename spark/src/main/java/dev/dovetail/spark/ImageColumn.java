package dev.dovetail.spark;

import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Where images are in a row.
 *
 * @param place of the column with the images
 * @param isPath whether it has the paths of their files, not their content
 * @param name of the column that messages call an image by; -1 for none
 * @param files where paths are read
 */
record ImageColumn(int place, boolean isPath, int name, StoredFiles files) implements Serializable {

  /**
   * A row with its image.
   *
   * @param source null if there is an error
   * @param bytes of its file
   * @param error why there is no image; null if there is one
   */
  record Found(Row row, @Nullable ImageSource source, int bytes, @Nullable String error) {}

  /** The image of a row; a file is read now. */
  Found image(Row row) {
    String called = name < 0 || row.isNullAt(name) ? "the image" : row.getString(name);
    if (row.isNullAt(place)) {
      return new Found(row, null, 0, called + " is null");
    }
    try {
      byte[] content = isPath ? files.read(row.getString(place)) : row.getAs(place);
      return new Found(row, ImageSource.of(content, called), content.length, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Found(row, null, 0, called + ": " + e.getMessage());
    }
  }
}
