package dev.dovetail.cli.labels;

import dev.dovetail.formats.ImageSizes;
import dev.dovetail.formats.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images that labels refer to. */
public interface Images extends ImageSizes {

  /** Returns the sorted names: relative paths without extension. */
  List<String> names();

  /** Returns the location of the images, for error messages. */
  Path folder();

  /** Returns the file name of an image, as annotations contain it. */
  String fileName(String name);

  /** Returns the file of the image that annotations call by this name, if there is one. */
  default Optional<String> path(String fileName) {
    return Optional.empty();
  }

  /** Returns the size of an image in {@link #names}. */
  Size size(String name) throws IOException;
}
