package dev.dovetail.cli.console;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.yolo.ClassNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An option that specifies a file of class names. */
public final class ClassNamesOption {

  private ClassNamesOption() {}

  /**
   * Reads the file.
   *
   * @param option the option's name, for errors
   * @throws UsageException if it is another kind of file, or a name is missing or duplicated
   */
  public static List<String> read(String option, Path file) throws IOException {
    try {
      return ClassNames.read(file);
    } catch (FormatException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }
}
