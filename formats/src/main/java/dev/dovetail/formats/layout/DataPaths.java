package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The paths of a data set split: images, and annotations of one kind.
 *
 * @param images the directory of the images
 * @param annotations a file or a directory
 */
public record DataPaths(Path images, Path annotations) {

  private static final List<DatasetLayout> LAYOUTS =
      List.of(new CityscapesLayout(), new Ade20kLayout(), new CocoLayout());

  /**
   * Finds the paths in the directory of a downloaded data set.
   *
   * @param root the directory
   * @param split the split
   * @param kind of the annotations
   * @return the paths; empty if the layout of the directory is unknown
   * @throws FormatException if the images or annotations are missing, with the expected path and
   *     its origin
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
   * {@return the annotations in the directory of a known data set; any other path unchanged}
   *
   * @param path a directory or a file
   * @param split the split
   * @param kind of the annotations
   * @throws IOException for the reasons of {@link #find}
   */
  public static Path annotations(Path path, Split split, AnnotationKind kind) throws IOException {
    return find(path, split, kind).map(DataPaths::annotations).orElse(path);
  }

  /**
   * {@return a message for a directory with an unknown layout}
   *
   * @param root the directory
   */
  public static String unknown(Path root) {
    return root
        + " does not have the layout of a downloaded data set; expected one of "
        + LAYOUTS.stream().map(DatasetLayout::outline).collect(Collectors.joining("; "));
  }
}
