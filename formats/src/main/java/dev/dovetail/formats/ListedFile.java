package dev.dovetail.formats;

import dev.dovetail.files.WrittenName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file that annotations name, wherever they were written. */
public final class ListedFile {

  private ListedFile() {}

  /**
   * Finds the file. A name of another system is read as the one file that it can mean, and counted.
   *
   * @param folder that the names are relative to
   * @param name as it is written
   * @param listing what messages call the annotations
   * @param warnings takes what is odd
   * @return where the file is, or where it was expected if it does not exist
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
      throw new FormatException(listing + ": its \"file_name\" can be no file", e);
    }
    Optional<Path> found = written.find(folder);
    if (found.isEmpty() && !written.hint().isEmpty()) {
      throw new FormatException(
          listing + ": no such file: " + plain + written.hint() + "; correct the annotations");
    }
    if (found.isPresent() && !found.get().equals(plain)) {
      warnings.add(
          "file names as another system writes them (read as the files that are there)",
          () -> listing + ": \"" + name + "\" is " + found.get());
    }
    return found.orElse(plain);
  }
}
