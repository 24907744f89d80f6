package dev.dovetail.formats;

import dev.dovetail.files.WrittenName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds files by their names in annotations, which may be from another system. */
public final class ListedFile {

  private ListedFile() {}

  /**
   * Finds the file. A name from another system is resolved if only one file matches, and counted as
   * a warning.
   *
   * @param folder the directory that the names are relative to
   * @param name the name in the annotations
   * @param listing the name of the annotations in messages
   * @param warnings collects anomalies
   * @return the path of the file, or the expected path if it does not exist
   * @throws FormatException if the file does not exist and its name looks wrong, or the name is not
   *     a valid file name
   */
  public static Path find(Path folder, String name, String listing, Warnings warnings)
      throws FormatException {
    WrittenName written = new WrittenName(name);
    Path plain;
    try {
      plain = folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new FormatException(listing + ": its \"file_name\" is not a valid file name", e);
    }
    Optional<Path> found = written.find(folder);
    if (found.isEmpty() && !written.hint().isEmpty()) {
      throw new FormatException(
          listing + ": no such file: " + plain + written.hint() + "; correct the annotations");
    }
    if (found.isPresent() && !found.get().equals(plain)) {
      warnings.add(
          "file names from another system (resolved to existing files)",
          () -> listing + ": \"" + name + "\" is " + found.get());
    }
    return found.orElse(plain);
  }
}
