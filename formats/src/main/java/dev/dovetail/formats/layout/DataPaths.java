package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the images of a part of a data set lie, and their annotations of one kind.
 *
 * @param images the folder with the images
 * @param annotations a file or a folder
 */
public record DataPaths(Path images, Path annotations) {

  private static final List<DatasetLayout> LAYOUTS =
      List.of(new CityscapesLayout(), new Ade20kLayout(), new CocoLayout());

  /**
   * Looks for them in the directory of a data set as it is downloaded.
   *
   * @param root the directory
   * @param split the part
   * @param kind what the annotations are to tell
   * @return where they are; empty if the directory is of no data set that is known
   * @throws FormatException if the data set lacks them, with what was expected and where it is from
   * @throws IOException if the directory cannot be read
   */
  public static Optional<DataPaths> find(Path root, Split split, AnnotationKind kind)
      throws IOException {
    for (DatasetLayout layout : LAYOUTS) {
      if (layout.recognizes(root)) {
        return Optional.of(layout.find(root, split, kind));
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the annotations in the directory of a data set that is known; another path as it is}
   *
   * @param given the path
   * @param split the part
   * @param kind what the annotations are to tell
   * @throws IOException as {@link #find}
   */
  public static Path annotations(Path given, Split split, AnnotationKind kind) throws IOException {
    return find(given, split, kind).map(DataPaths::annotations).orElse(given);
  }

  /**
   * {@return one sentence for a directory that is of no known data set}
   *
   * @param root the directory
   */
  public static String unknown(Path root) {
    return root
        + " is not the directory of a data set as it is downloaded; those that are recognized are "
        + LAYOUTS.stream().map(DatasetLayout::outline).collect(Collectors.joining("; "));
  }
}
