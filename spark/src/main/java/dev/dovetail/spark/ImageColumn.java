package dev.dovetail.spark;

import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads the image of a row.
 *
 * @param column the index of the column of images
 * @param isPath whether that column contains paths instead of contents
 * @param name the index of the column of image names, used in messages; -1 for none
 * @param files reads the files at the paths
 */
record ImageColumn(int column, boolean isPath, int name, StoredFiles files)
    implements Serializable {

  /**
   * A row with its image.
   *
   * @param source the image, or null if there is an error
   * @param bytes the size of its file
   * @param error the reason why the image could not be read, or null
   */
  record Found(Row row, @Nullable ImageSource source, int bytes, @Nullable String error) {}

  /** Returns the image of a row. If the row contains a path, this reads the file. */
  Found image(Row row) {
    String label = name < 0 || row.isNullAt(name) ? "the image" : row.getString(name);
    if (row.isNullAt(column)) {
      return new Found(row, null, 0, label + " is null");
    }
    try {
      byte[] content = isPath ? files.read(row.getString(column)) : row.getAs(column);
      return new Found(row, ImageSource.of(content, label), content.length, null);
    } catch (IOException | IllegalArgumentException e) {
      return new Found(row, null, 0, label + ": " + e.getMessage());
    }
  }
}
