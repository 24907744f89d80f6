package dev.dovetail.cli.labels;

import java.util.Optional;
import dev.dovetail.formats.ImageSizes;
import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The images that labels are about. */
public interface Images extends ImageSizes {

  /** Their names, sorted: paths without the ending. */
  List<String> names();

  /** Where they are, for errors. */
  Path folder();

  /** The file of an image as annotations name it. */
  String fileName(String name);

  /** The file of the image that annotations name in their way; empty if there is none. */
  default Optional<String> file(String fileName) {
    return Optional.empty();
  }

  /** The size of an image of {@link #names}. */
  Size size(String name) throws IOException;
}
