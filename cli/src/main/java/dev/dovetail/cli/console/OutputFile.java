package dev.dovetail.cli.console;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a verb is to write. */
public final class OutputFile {

  private OutputFile() {}

  /**
   * Fails before long work if the file could not be written after it.
   *
   * @throws UsageException if it is a folder or lies in none
   */
  public static void check(String option, Path file) {
    if (Files.isDirectory(file)) {
      throw new UsageException(option + " " + file + " is a folder; give a file in it");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UsageException(option + " " + file + ": there is no folder " + folder);
    }
  }
}
